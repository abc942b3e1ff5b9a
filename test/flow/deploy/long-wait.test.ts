import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tellOfLongWait } from '../../../src/flow/deploy/long-wait.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function waitOf(deploy: string): number {
  const base = { path: 'fly.toml', text: `[deploy]\n${deploy}\n`, isTarget: false }
  return composeConfig({ app: 'hello', image: 'i', settings: {}, base }).longestWaitMs
}

test.each([
  ['wait_timeout = "15m"', 15 * 60_000],
  ['release_command_timeout = "20m"\nwait_timeout = "1m"', 20 * 60_000],
  ['wait_timeout = 300', 0],
  ['wait_timeout = "99999h"', 24 * 3_600_000],
  ['strategy = "rolling"', 0],
])('%j lets flyctl wait for %i ms', (deploy, waitMs) => {
  expect(waitOf(deploy)).toBeCloseTo(waitMs, 2)
})

test('a long wait is told each minute, until it is over or the deploy has ended', () => {
  const progress = vi.fn()
  const end = tellOfLongWait(150_000, { progress })
  vi.advanceTimersByTime(600_000)
  expect(progress).toHaveBeenCalledTimes(2)
  end()
  const endAtOnce = tellOfLongWait(150_000, { progress })
  endAtOnce()
  vi.advanceTimersByTime(600_000)
  expect(progress).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})
