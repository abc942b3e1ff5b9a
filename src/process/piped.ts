import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { execa } from 'execa'
import type { Command } from './command.js'

export interface Pipes {
  readonly stdin: Readable
  readonly stdout: Writable
  /** Sees what goes in, and what comes out, as it passes. */
  readonly onInput: (chunk: Buffer) => void
  readonly onOutput: (chunk: Buffer) => void
  /** Asks the program to end, with SIGTERM; it gets the time that it takes. */
  readonly ending: AbortSignal
}

/** Runs a program between our own standard input and output; its standard error is ours. The result is its exit status. */
export async function runPiped(command: Omit<Command, 'stdin'>, pipes: Pipes): Promise<number> {
  const { program, args, env, cwd } = command
  const { stdin, stdout, onInput, onOutput, ending } = pipes
  const child = execa(program, args, {
    env: env as Record<string, string>,
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  })
  const end = () => child.nodeChildProcess.kill('SIGTERM')
  ending.addEventListener('abort', end, { once: true })
  // One that ends early takes no more input.
  child.stdin.on('error', () => {})
  stdin.on('data', onInput).pipe(child.stdin)
  child.stdout.on('data', onOutput).pipe(stdout, { end: false })
  try {
    const drained = once(child.stdout, 'close')
    const { exitCode } = await child
    await drained
    return exitCode ?? 1
  } finally {
    ending.removeEventListener('abort', end)
    stdin.off('data', onInput).unpipe(child.stdin).pause()
  }
}
