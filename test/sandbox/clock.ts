import type { Clock } from '../../src/sandbox/platform/clock.js'

/** Time that passes only when a test says so, and names that count up. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

export function createTestClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let nowMs = startMs
  let names = 0
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms
    },
    randomHex(bytes) {
      names += 1
      return names.toString(16).padStart(bytes * 2, '0')
    },
  }
}
