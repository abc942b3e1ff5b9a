import { createHmac, timingSafeEqual } from 'node:crypto'
import { createUnpacker, type Packed, pack } from './msgpack.js'

/** What narrows a token: a type of Fly's (github.com/superfly/macaroon, caveat.go), and what that type has. */
export interface Caveat {
  readonly type: number
  readonly body: Packed
}

/** A macaroon as it was sent: nothing of it is true before `verify`. */
export interface Macaroon {
  /** The id of the key that it was made with. */
  readonly keyId: string
  /** What is signed: the nonce, and each caveat, as they were sent. */
  readonly signed: readonly Buffer[]
  readonly caveats: readonly Caveat[]
  readonly signature: Buffer
}

export interface NewMacaroon {
  readonly keyId: string
  readonly key: Buffer
  /** 16 bytes, of which no two macaroons have the same. */
  readonly random: Buffer
  readonly caveats: readonly Caveat[]
}

/** Where flyctl looks for what a token permits (github.com/superfly/macaroon, flyio/flyio.go). */
const location = 'https://api.fly.io/v1'

/**
 * A token in Fly's format: `fm2_`, and in base64 a list in MessagePack of nonce, location, caveats and signature. The
 * signature is a chain of HMAC-SHA256, whose every link is the key of the next: whoever has a token can add caveats,
 * and nobody can take one away.
 */
export function mint({ keyId, key, random, caveats }: NewMacaroon): string {
  const nonce: Packed = [Buffer.from(keyId), random, false]
  const flat = caveats.flatMap(({ type, body }) => [type, body])
  const signed = [nonce, ...caveats.map(({ type, body }) => [type, body])].map(pack)
  return `fm2_${pack([nonce, location, flat, chain(key, signed)]).toString('base64')}`
}

/** Undefined for what is no macaroon of `mint`, narrowed or not. */
export function readMacaroon(text: string): Macaroon | undefined {
  if (!/^fm2_[A-Za-z0-9+/]+=*$/.test(text)) return undefined
  try {
    return read(Buffer.from(text.slice('fm2_'.length), 'base64'))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether nothing was taken from it or changed in it since it was made with this key. */
export function verify({ signed, signature }: Macaroon, key: Buffer): boolean {
  const expected = chain(key, signed)
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}

/** Caveats come as one list of types and bodies by turns, at the top and in a caveat. */
export function caveatsIn(flat: Packed | undefined): readonly Caveat[] {
  if (!Array.isArray(flat) || flat.length % 2 !== 0) throw new RangeError('no caveats')
  const found: Caveat[] = []
  for (let index = 0; index < flat.length; index += 2) {
    const type = flat[index]
    if (typeof type !== 'number') throw new RangeError('no type of a caveat')
    found.push({ type, body: flat[index + 1] })
  }
  return found
}

function chain(key: Buffer, signed: readonly Buffer[]): Buffer {
  return signed.reduce((last, link) => createHmac('sha256', last).update(link).digest(), key)
}

function read(bytes: Buffer): Macaroon | undefined {
  const unpacker = createUnpacker(bytes)
  const isList = unpacker.listLength() === 4
  const nonceAt = unpacker.position()
  const nonce = unpacker.value()
  const signed = [unpacker.since(nonceAt)]
  const place = unpacker.value()
  const flat: Packed[] = []
  for (let left = unpacker.listLength(); left > 0; left -= 2) {
    const start = unpacker.position()
    flat.push(unpacker.value(), unpacker.value())
    // Each is signed as a list of itself alone.
    signed.push(Buffer.concat([Buffer.of(0x92), unpacker.since(start)]))
  }
  const signature = unpacker.value()
  if (!isList || place !== location || !Buffer.isBuffer(signature)) return undefined
  // The third field of the nonce tells a proof, whose signature is made in another way.
  if (!Array.isArray(nonce) || !Buffer.isBuffer(nonce[0]) || nonce[2] === true) return undefined
  if (!unpacker.isAtEnd()) return undefined
  return { keyId: nonce[0].toString(), signed, caveats: caveatsIn(flat), signature }
}
