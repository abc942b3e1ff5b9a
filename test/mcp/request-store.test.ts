import { expect, test, vi } from 'vitest'
import type { CountRequest } from '../../src/jobs/count-request.js'
import { createRequestStore } from '../../src/mcp/request-store.js'

const rule = { limit: 3, windowMs: 60_000 }
const endsAt = new Date(Date.now() + 30_000)

function open(countForAll: CountRequest) {
  const countsForAll = vi.fn(countForAll)
  const store = createRequestStore(countsForAll, rule)
  store.init?.({ ...rule } as Parameters<NonNullable<typeof store.init>>[0])
  const hits = async (caller: string, times: number) => {
    let last = 0
    for (let n = 0; n < times; n += 1) last = (await store.increment(caller)).totalHits
    return last
  }
  return { store, hits, countsForAll }
}

test('what a caller has asked elsewhere counts here, until the window of all ends', async () => {
  const { store } = open(async () => ({ total: 7, endsAt }))
  expect(await store.increment('token:ann')).toEqual({ totalHits: 7, resetTime: endsAt })
})

test('where the others’ count is less, as in a window that has just begun, the own one holds', async () => {
  const { hits } = open(async () => ({ total: 1, endsAt }))
  expect(await hits('token:ann', 3)).toBe(3)
})

test('who is over the limit here is not asked about any more; others are', async () => {
  const { hits, countsForAll } = open(async () => ({ total: 1, endsAt }))
  expect(await hits('token:ann', 9)).toBe(9)
  expect(countsForAll).toHaveBeenCalledTimes(rule.limit)
  await hits('token:bob', 1)
  expect(countsForAll).toHaveBeenLastCalledWith('token:bob', rule.windowMs)
})

test('a count that does not come is waited for once, and for a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  try {
    const { store, hits, countsForAll } = open(() => new Promise(() => {}))
    const first = store.increment('token:ann')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await first).toMatchObject({ totalHits: 1 })
    expect(await hits('token:ann', 2)).toBe(3)
    expect(countsForAll).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(5_000)
    void store.increment('token:bob')
    expect(countsForAll).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})
