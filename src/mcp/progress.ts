import type { ProgressUpdate } from '../progress.js'

export interface ProgressNotification {
  readonly progress: number
  readonly total?: number
  readonly message: string
}

export interface ProgressReporter {
  report(update: ProgressUpdate): void
  /** No notification follows: the result is about to be sent. */
  stop(): void
}

const leastGapMs = 1_000
const heartbeatMs = 10_000

/**
 * Turns updates into notifications: at most one a second, at least one in ten seconds once work has
 * begun, strictly rising. Clients reset their time-outs by them.
 */
export function createProgressReporter(
  send: (notification: ProgressNotification) => void,
): ProgressReporter {
  let last = 0
  let hasPercent = false
  let latest: ProgressUpdate = { message: 'working' }
  let isPending = false
  let isStopped = false

  function notify(): void {
    isPending = false
    const { message, percent } = latest
    hasPercent ||= percent !== undefined
    // Below 100 until the result, however many notifications there are.
    const least = hasPercent ? last + (100 - last) / 100 : last + 1
    last = Math.max(least, Math.min(percent ?? 0, 99))
    send({ progress: last, ...(hasPercent ? { total: 100 } : {}), message })
    gap = setTimeout(afterGap, leastGapMs)
    heartbeat.refresh()
  }
  function afterGap(): void {
    gap = undefined
    if (isPending) notify()
  }
  let gap: NodeJS.Timeout | undefined
  const heartbeat = setInterval(() => notify(), heartbeatMs)

  return {
    report(update) {
      if (isStopped) return
      latest = update
      isPending = true
      if (gap === undefined) notify()
    },
    stop() {
      isStopped = true
      clearInterval(heartbeat)
      clearTimeout(gap)
    },
  }
}
