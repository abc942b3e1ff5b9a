import type { MachineConfig } from '../platform/machine-config.js'

export interface RestartQuestion {
  readonly config: MachineConfig
  readonly exitCode: number
  /** Restarts in a row so far. */
  readonly restarts: number
}

/** Fly's default where the configuration says nothing: on failure, ten times. */
const defaultRetries = 10

export function restarts({ config, exitCode, restarts: made }: RestartQuestion): boolean {
  const { policy = 'on-failure', max_retries: retries } = config.restart ?? {}
  if (policy === 'always') return true
  if (policy === 'no') return false
  return exitCode !== 0 && made < (retries || defaultRetries)
}

/** Short, so that a crash loop shows itself in seconds. */
export function backoffMs(made: number): number {
  return Math.min(100 * 2 ** made, 2_000)
}
