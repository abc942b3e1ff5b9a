import { beforeEach, describe, expect, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import { createSlowVerifier, type SlowVerifier } from '../../src/access/slow-verifier.js'

let nowMs: number
let looked: number
let rightTokens: Set<string>
let verify: SlowVerifier

/** Sleeping takes no time, but the clock knows of it. */
const clock = {
  now: () => nowMs,
  sleep: async (ms: number) => {
    nowMs += ms
  },
}

beforeEach(() => {
  nowMs = 0
  looked = 0
  rightTokens = new Set(['right', 'new'])
  verify = createSlowVerifier(async (token) => {
    looked += 1
    return rightTokens.has(token) ? { owner: `token:${token}`, scope: fullScope } : undefined
  }, clock)
})

async function kindOf(token: string, address = 'a'): Promise<string> {
  return (await verify(token, address)).kind
}

async function guess(times: number, address = 'a') {
  const kinds: string[] = []
  for (let n = 0; n < times; n += 1) kinds.push(await kindOf(`guess-${n}`, address))
  return kinds
}

const times = (count: number, kind: string) => Array.from({ length: count }, () => kind)

describe('an address whose tokens are wrong', () => {
  test('hears so 20 times in a minute; then it is slowed to four a second', async () => {
    expect(await guess(20)).toEqual(times(20, 'wrong'))
    expect(nowMs).toBe(0)
    expect(await guess(41)).toEqual(times(41, 'slowed'))
    expect(nowMs).toBe(10_000)
  })

  test('learns how long its guesses count', async () => {
    await guess(20)
    expect(await verify('guess', 'a')).toEqual({ kind: 'slowed', waitMs: 60_000 })
  })

  test('begins anew after a minute', async () => {
    await guess(20)
    nowMs = 60_000
    expect(await guess(20)).toEqual(times(20, 'wrong'))
  })

  test('keeps no other address waiting', async () => {
    expect((await guess(220)).at(-1)).toBe('slowed')
    const before = nowMs
    expect(await guess(20, 'b')).toEqual(times(20, 'wrong'))
    expect(nowMs).toBe(before)
  })

  test('gets no more looks by trying 1,000 at once', async () => {
    const stuck = createSlowVerifier(
      async () => {
        looked += 1
        return undefined
      },
      { now: () => nowMs, sleep: () => new Promise(() => {}) },
    )
    const ended: string[] = []
    for (let n = 0; n < 1_000; n += 1)
      void stuck(`guess-${n}`, 'a').then(({ kind }) => ended.push(kind))
    await expect.poll(() => ended.length).toBe(1_000 - 21)
    expect(ended).toEqual([...times(20, 'wrong'), ...times(959, 'slowed')])
    expect(looked).toBe(20)
  })
})

describe('the rightful', () => {
  test('are not kept waiting by wrong tokens, theirs once seen', async () => {
    await kindOf('right')
    await guess(100)
    const before = nowMs
    expect(await kindOf('right')).toBe('known')
    expect(nowMs).toBe(before)
  })

  test('get in with a new token, though from the same address, in their turn', async () => {
    await guess(40)
    expect(await kindOf('new')).toBe('known')
    expect(nowMs).toBeLessThanOrEqual(5_000)
  })

  test('with a token that was revoked are like everybody', async () => {
    await kindOf('right')
    rightTokens.delete('right')
    await guess(19)
    expect([await kindOf('right'), await kindOf('right')]).toEqual(['wrong', 'slowed'])
  })

  test('may come with many new tokens at once', async () => {
    rightTokens = new Set(Array.from({ length: 200 }, (_, n) => `team-${n}`))
    const kinds = await Promise.all([...rightTokens].map((token) => kindOf(token)))
    expect([kinds, nowMs]).toEqual([times(200, 'known'), 0])
  })
})

test('from many addresses at once, 300 are heard in a minute; then all are slowed to ten a second', async () => {
  for (let n = 0; n < 300; n += 1) expect(await kindOf('guess', `address-${n}`)).toBe('wrong')
  expect(nowMs).toBe(0)
  for (let n = 0; n < 11; n += 1) expect(await kindOf('guess', `other-${n}`)).toBe('slowed')
  expect(nowMs).toBe(1_000)
})

test('a verifier that cannot tell keeps nobody after it from being looked at', async () => {
  let isBroken = true
  const broken = createSlowVerifier(async () => {
    if (isBroken) throw new Error('no file')
    return undefined
  }, clock)
  await expect(broken('guess', 'a')).rejects.toThrow('no file')
  isBroken = false
  expect(await broken('guess', 'a')).toEqual({ kind: 'wrong' })
})
