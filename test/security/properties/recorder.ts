import { basename } from 'node:path'
import stripAnsi from 'strip-ansi'
import type { Command, Run, RunOptions, RunResult } from '../../../src/process/command.js'
import { createRunner, type Runner, type RunnerOptions } from '../../../src/process/runner.js'
import { createTail } from '../../../src/process/tail.js'
import { createPrograms, type Mood } from './program-answers.js'

/** A runner that starts git and nothing else: docker and flyctl are played. */
export interface Recorder {
  readonly startRunner: (options: RunnerOptions) => Runner
  /** All that was to be started, in order. */
  readonly commands: readonly Command[]
}

export function createRecorder(mood: Mood): Recorder {
  const answer = createPrograms(mood)
  const commands: Command[] = []
  return {
    commands,
    startRunner(options) {
      const real = createRunner(options)
      const run: Run = async (command, runOptions = {}) => {
        commands.push(command)
        const program = basename(command.program)
        if (program !== 'docker' && program !== 'flyctl') return real.run(command, runOptions)
        const { args, env, stdin } = command
        return play(answer(program, { args, env, stdin }), runOptions, options)
      }
      return { run, idle: real.idle }
    },
  }
}

/** Lines, cleaned, and their ends kept, as the runner does. */
function play(
  { stdout = '', stderr = '', exitCode = 0 }: ReturnType<ReturnType<typeof createPrograms>>,
  { onLine, keepBytes = 256 * 1024, signal }: RunOptions,
  { redact }: RunnerOptions,
): RunResult {
  const read = (text: string, stream: 'stdout' | 'stderr') => {
    const tail = createTail(keepBytes)
    for (const line of text.replace(/\n$/, '').split('\n')) {
      const clean = redact(stripAnsi(line))
      tail.push(`${clean}\n`)
      onLine?.(clean, stream)
    }
    return tail.toString()
  }
  const printed = { stdout: read(stdout, 'stdout'), stderr: read(stderr, 'stderr') }
  const outcome = signal?.aborted ? 'cancelled' : exitCode === 0 ? 'ok' : 'failed'
  return { outcome, exitCode, signal: undefined, durationMs: 1, ...printed }
}
