import type { ErrorCode } from '../errors.js'

/** Exit statuses of every verb. */
export const exitStatus = {
  done: 0,
  failed: 1,
  refused: 2,
  needsHuman: 3,
  partly: 4,
  unknown: 5,
} as const

const refused: readonly ErrorCode[] = [
  'invalid_input',
  'root_unset',
  'config_invalid',
  'tag_moved',
  'name_taken',
  'plan_stale',
  'not_confirmed',
  'refused',
]
const needsHuman: readonly ErrorCode[] = [
  'not_authenticated',
  'git_missing',
  'docker_missing',
  'docker_daemon_down',
  'buildx_missing',
  'flyctl_missing',
  'flyctl_too_old',
  'org_required',
  'journal_unreadable',
]

export function statusOfError(code: ErrorCode): number {
  if (refused.includes(code)) return exitStatus.refused
  return needsHuman.includes(code) ? exitStatus.needsHuman : exitStatus.failed
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
