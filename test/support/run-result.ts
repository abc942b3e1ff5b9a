import type { RunResult } from '../../src/process/command.js'

/** How a program ended; with exit status 1 and without a word, but for `changes`. */
export function ended(changes: Partial<RunResult>): RunResult {
  return {
    outcome: 'failed',
    exitCode: 1,
    signal: undefined,
    stdout: '',
    stderr: '',
    durationMs: 1,
    ...changes,
  }
}
