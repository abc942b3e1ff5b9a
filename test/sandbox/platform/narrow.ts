import { createHmac } from 'node:crypto'
import { type Caveat, readMacaroon } from '../../../src/sandbox/platform/macaroon.js'
import { createUnpacker, type Packed, pack } from '../../../src/sandbox/platform/msgpack.js'

/** What whoever has a token can do without its key: as `flyctl tokens attenuate`. */
export function narrow(token: string, caveats: readonly Caveat[]): string {
  const text = token.replace('FlyV1 ', '')
  const unpacked = createUnpacker(Buffer.from(text.slice('fm2_'.length), 'base64')).value()
  const [nonce = null, location = null, flat] = unpacked as readonly Packed[]
  const added = caveats.map(({ type, body }) => [type, body])
  const signature = added.reduce<Buffer>(
    (last, link) => createHmac('sha256', last).update(pack(link)).digest(),
    readMacaroon(text)?.signature ?? Buffer.alloc(0),
  )
  const all = [...(flat as readonly Packed[]), ...added.flat()]
  return `FlyV1 fm2_${pack([nonce, location, all, signature]).toString('base64')}`
}
