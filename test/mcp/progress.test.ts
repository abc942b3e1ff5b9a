import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProgressReporter, type ProgressNotification } from '../../src/mcp/progress.js'

let sent: ProgressNotification[]

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
})
afterEach(() => {
  vi.useRealTimers()
})

function create() {
  return createProgressReporter((notification) => sent.push(notification))
}

describe('progress notifications', () => {
  test('at most one a second, and the newest text wins', () => {
    const reporter = create()
    for (const message of ['a', 'b', 'c']) reporter.report({ message })
    expect(sent.map(({ message }) => message)).toEqual(['a'])
    vi.advanceTimersByTime(1_000)
    expect(sent.map(({ message }) => message)).toEqual(['a', 'c'])
    reporter.stop()
  })

  test('at least one in ten seconds, also before anything was reported', () => {
    const reporter = create()
    vi.advanceTimersByTime(35_000)
    expect(sent).toHaveLength(3)
    reporter.stop()
  })

  test('rise strictly, whatever the percentages do', () => {
    const reporter = create()
    for (const percent of [10, 10, 5, 60, undefined, 100]) {
      reporter.report(percent === undefined ? { message: 'x' } : { message: 'x', percent })
      vi.advanceTimersByTime(1_000)
    }
    const values = sent.map(({ progress }) => progress)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(new Set(values).size).toBe(values.length)
    expect(sent.every(({ total }) => total === 100)).toBe(true)
    reporter.stop()
  })

  test('none follows the stop', () => {
    const reporter = create()
    reporter.report({ message: 'a' })
    reporter.report({ message: 'b' })
    reporter.stop()
    vi.advanceTimersByTime(60_000)
    reporter.report({ message: 'c' })
    expect(sent).toHaveLength(1)
  })
})
