import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { caveatsIn, mint, readMacaroon, verify } from '../../../src/sandbox/platform/macaroon.js'
import { createUnpacker, pack } from '../../../src/sandbox/platform/msgpack.js'

interface Vectors {
  readonly key: string
  readonly kid: string
  readonly random: string
  readonly issued: string
  readonly narrowed: Readonly<Record<string, string>>
}

/** Made with Fly's own library, github.com/superfly/macaroon v0.3.0. */
const vectors: Vectors = JSON.parse(
  await readFile(new URL('../../fixtures/macaroons.json', import.meta.url), 'utf8'),
)
const key = Buffer.from(vectors.key, 'hex')
const narrowed = Object.entries(vectors.narrowed)

const map = (key: number | string, mask: number) => [new Map([[key, mask]])]

const issued = [
  { type: 0, body: [1, 31] },
  { type: 13, body: [[3, map(7, 31), 5, map('wg', 31)], 1] },
  { type: 4, body: [1_767_225_600, 4_102_444_800] },
]

const added: Readonly<Record<string, unknown>> = {
  readOnly: { type: 0, body: [1, 1] },
  action: { type: 26, body: 1 },
  apps: { type: 3, body: [new Map([...map(7, 31), ...map(70_000, 1)].flatMap((one) => [...one]))] },
  commands: {
    type: 13,
    body: [
      [
        27,
        [
          [['echo', 'hi'], true],
          [['ls'], false],
        ],
      ],
      1,
    ],
  },
  always: { type: 4, body: [-1, 2 ** 62] },
}

test('a macaroon is byte for byte the one that Fly’s library makes', () => {
  const random = Buffer.from(vectors.random, 'hex')
  expect(mint({ keyId: vectors.kid, key, random, caveats: issued })).toBe(vectors.issued)
})

test.each([['issued', vectors.issued], ...narrowed])(
  '%s verifies with its key alone',
  (_, text) => {
    const macaroon = readMacaroon(text)
    expect(macaroon?.keyId).toBe(vectors.kid)
    expect(macaroon && verify(macaroon, key)).toBe(true)
    expect(macaroon && verify(macaroon, Buffer.alloc(32))).toBe(false)
  },
)

test.each(Object.entries(added))('the caveat of %s is read as it was added', (name, caveat) => {
  const { caveats } = readMacaroon(vectors.narrowed[name] ?? '') ?? {}
  expect(caveats).toEqual([...issued, caveat])
})

describe('a token that was changed', () => {
  const bytes = Buffer.from(vectors.narrowed.readOnly?.slice(4) ?? '', 'base64')

  test('at any byte verifies no more', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      const macaroon = readMacaroon(`fm2_${changed.toString('base64')}`)
      expect(macaroon === undefined || !verify(macaroon, key), `byte ${at}`).toBe(true)
    }
  })

  test('by taking its last caveat away verifies no more', () => {
    const { signed, ...rest } = readMacaroon(vectors.narrowed.readOnly ?? '') ?? expect.fail()
    expect(verify({ ...rest, signed: signed.slice(0, -1) }, key)).toBe(false)
  })

  test('by cutting it off, or adding to it, is none', () => {
    for (let length = 0; length < bytes.length; length += 1)
      expect(readMacaroon(`fm2_${bytes.subarray(0, length).toString('base64')}`)).toBe(undefined)
    const longer = Buffer.concat([bytes, Buffer.of(0xc0)])
    expect(readMacaroon(`fm2_${longer.toString('base64')}`)).toBe(undefined)
  })
})

test('what is of another form is no macaroon', () => {
  for (const text of ['', 'fo1_abc', 'fm2_', 'fm2_!', `fm2_${'kZGR'.repeat(4_000)}`])
    expect(readMacaroon(text)).toBe(undefined)
  expect(() => caveatsIn([1])).toThrow(RangeError)
  expect(() => caveatsIn(['a', 1])).toThrow(RangeError)
})

test('what is packed comes back, and what is longer than tokens are made is refused', () => {
  const numbers = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1]
  const list = Array.from({ length: 15 }, () => null)
  for (const value of [
    ...numbers,
    true,
    'a'.repeat(31),
    Buffer.alloc(255),
    list,
    new Map([[1, 2]]),
  ])
    expect(createUnpacker(pack(value)).value()).toEqual(value)
  for (const value of [2 ** 32, 'a'.repeat(32), Buffer.alloc(256), [...list, null]])
    expect(() => pack(value)).toThrow(RangeError)
})

test.each([
  ['d90161', 'a'],
  ['da000161', 'a'],
  ['c5000161', Buffer.from('a')],
  ['dc000101', [1]],
  ['dd0000000101', [1]],
  ['de00010102', new Map([[1, 2]])],
  ['cf00000001000000ff', 2 ** 32 + 255],
  ['d0ff', -1],
  ['d1ff00', -256],
  ['e0', -32],
])('%s is read too, which others may write', (hex, value) => {
  expect(createUnpacker(Buffer.from(hex, 'hex')).value()).toEqual(value)
})
