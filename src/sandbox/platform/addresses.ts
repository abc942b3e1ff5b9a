import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Address } from './rows.js'
import type { PlatformContext } from './tables.js'

/** Addresses are names only: the app is reached through the edge's port on loopback. */
export function createAddresses({ tables, clock }: PlatformContext) {
  const ofApp = (app: string) => tables.addresses.list((row) => row.app === app)
  return {
    list: ofApp,
    shared: (app: string): Address | undefined =>
      ofApp(app).find((row) => row.type === 'shared_v4'),
    /** One of each type. */
    assign(app: string, wanted: { type: string; region: string }): Address {
      const type = addressType(wanted.type)
      const existing = ofApp(app).find((row) => row.type === type)
      if (existing !== undefined) return existing
      return tables.addresses.put({
        id: `ip_${clock.randomHex(8)}`,
        app,
        ip: addressOf[type](clock.randomHex(2)),
        type,
        region: wanted.region || 'global',
        createdAt: iso(clock),
      })
    },
    release(app: string, ip: string): void {
      const address = ofApp(app).find((row) => row.ip === ip)
      if (address === undefined) throw new Refusal(404, `ip ${ip} not found`)
      tables.addresses.remove(address.id)
    },
  }
}

/** Ranges for documentation (RFC 5737, RFC 3849), so that nobody can reach a stranger by mistake. */
const addressOf: Record<Address['type'], (hex: string) => string> = {
  v4: (hex) => `203.0.113.${Number.parseInt(hex.slice(0, 2), 16)}`,
  v6: (hex) => `2001:db8::${hex}`,
  shared_v4: () => '192.0.2.1',
  private_v6: (hex) => `fdaa:0:1::${hex}`,
}

function addressType(type: string): Address['type'] {
  const known = Object.keys(addressOf).find((name) => name === type)
  if (known === 'v4' || known === 'v6' || known === 'shared_v4' || known === 'private_v6') {
    return known
  }
  throw new Refusal(422, `unknown address type ${type}`)
}
