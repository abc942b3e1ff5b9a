import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { execa } from 'execa'

export interface BackgroundCommand {
  /** Absolute path of the program. */
  readonly program: string
  readonly args: readonly string[]
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gets all that it prints. */
  readonly logFile: string
}

/** A process in the background that has ended, or not. */
export interface Background {
  hasEnded(): boolean
}

/** Starts a process that outlives this one: a session of its own, and no pipe to us. */
export async function startBackground(command: BackgroundCommand): Promise<Background> {
  const { program, args, env, logFile } = command
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
  await once(log, 'open')
  const child = execa(program, args, {
    env: env as Record<string, string>,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdio: ['ignore', log, log],
    buffer: false,
    reject: false,
  })
  log.close()
  let ended = false
  void child.then(() => {
    ended = true
  })
  child.nodeChildProcess.unref()
  return { hasEnded: () => ended }
}
