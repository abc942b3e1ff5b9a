import { user } from './organization.js'
import { Refusal } from './refusal.js'
import type { Lease } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface LeaseRequest {
  readonly machine: string
  readonly ttlSeconds: number
  /** The nonce of a lease that is to be prolonged. */
  readonly nonce: string | undefined
}

const defaultTtlSeconds = 13

/** One holder at a time may change a machine, until its lease ends or is given back. */
export function createLeases({ tables, clock }: PlatformContext) {
  function held(machine: string): Lease | undefined {
    const lease = tables.leases.get(machine)
    return lease !== undefined && lease.expiresAtMs > clock.now() ? lease : undefined
  }
  /** Raises Fly's 409 where somebody else holds the lease. */
  function check(machine: string, nonce: string | undefined, prefix = ''): void {
    const lease = held(machine)
    if (lease === undefined || lease.nonce === nonce) return
    const until = new Date(lease.expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z')
    const text = `machine ID ${machine} lease currently held by ${lease.owner}, expires at ${until}`
    throw new Refusal(409, prefix + text)
  }
  return {
    held,
    check,
    acquire({ machine, ttlSeconds, nonce }: LeaseRequest): Lease {
      check(machine, nonce, 'failed to acquire lease: ')
      const expiresAtMs = clock.now() + (ttlSeconds || defaultTtlSeconds) * 1000
      const current = held(machine)
      const fresh = { machine, nonce: clock.randomHex(6), owner: user.email }
      return tables.leases.put({ ...(current ?? fresh), expiresAtMs })
    },
    release(machine: string, nonce: string | undefined): void {
      check(machine, nonce)
      tables.leases.remove(machine)
    },
  }
}
