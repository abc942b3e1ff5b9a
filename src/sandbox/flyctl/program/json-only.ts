import { FlyctlError } from './failure.js'
import type { Flags } from './flags.js'

/** Raises FlyctlError without `--json`, for commands whose other form nobody here needs. */
export function requireJson(flags: Flags): void {
  if (!flags.isOn('json'))
    throw new FlyctlError('the stand-in for flyctl prints this with --json only')
}
