import { type ErrorCode, factsOf } from '../error-codes.js'

/** Exit statuses of every verb. */
export const exitStatus = {
  done: 0,
  failed: 1,
  refused: 2,
  needsHuman: 3,
  partly: 4,
  unknown: 5,
} as const

export function statusOfError(code: ErrorCode): number {
  return exitStatus[factsOf(code).exit]
}

/** A result with a verdict is done only where the app is healthy, one with `ok` only where that is true. */
export function statusOfOutput(output: Readonly<Record<string, unknown>>): number {
  if (output.ok === false) return exitStatus.needsHuman
  if (output.status === 'partly_done') return exitStatus.partly
  switch (output.verdict) {
    case 'degraded':
      return exitStatus.partly
    case 'unknown':
      return exitStatus.unknown
    case 'unhealthy':
    case 'stopped':
      return exitStatus.failed
    default:
      return exitStatus.done
  }
}
