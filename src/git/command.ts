import { simpleGit } from 'simple-git'
import {
  allowedNames,
  type Environment,
  type GivenRepository,
  gitEnvironment,
} from './environment.js'
import { cancelled, explain } from './failures.js'

/** Runs one git command in a folder and returns what it printed, as it is. */
export type RunGit = (folder: string, args: readonly string[]) => Promise<string>

export interface RunGitOptions {
  /** Aborting it ends git. */
  readonly signal?: AbortSignal | undefined
  /** Unless given, git looks for one from the folder upwards. */
  readonly repository?: GivenRepository | undefined
}

/** Raises what `explain` says, for any exit status but 0; `cancelled` where the signal ended it. */
export function createRunGit(env: Environment, { signal, repository }: RunGitOptions = {}): RunGit {
  const environment = { ...gitEnvironment(env), ...repository }
  return async (folder, args) => {
    try {
      const git = simpleGit({
        baseDir: folder,
        ...(signal === undefined ? {} : { abort: signal }),
        allowEnvironment: allowedNames,
        // What it guards against is set by `gitEnvironment` alone.
        unsafe: {
          allowUnsafeConfigEnvCount: true,
          allowUnsafeConfigPaths: true,
          allowUnsafeFsMonitor: true,
          allowUnsafeHooksPath: true,
        },
        // By default simple-git takes what has been read 50 ms after the exit, and may cut a long answer.
        completion: { onClose: true, onExit: false },
        errors: failureOf,
      })
      return await git
        .env(environment)
        .outputHandler(endWithData)
        .raw([...args])
    } catch (error) {
      throw signal?.aborted
        ? cancelled('preflight', 'git read the repository', error)
        : explain(error, folder)
    }
  }
}

/** By itself simple-git waits 50 ms more for what a git that printed nothing may still print (4.0, its completion). */
function endWithData(_command: string, stdout: NodeJS.ReadableStream): void {
  stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)))
}

interface Ending {
  readonly exitCode: number
  readonly stdErr: readonly Buffer[]
}

/** By default simple-git takes a failure without a message, such as a killed git, for success. */
function failureOf(error: Buffer | Error | undefined, { exitCode, stdErr }: Ending) {
  if (error !== undefined || exitCode === 0) return error
  const printed = Buffer.concat(stdErr)
  return printed.length > 0 ? printed : new Error(`git ended with ${exitCode}`)
}

/** The entries of a list that ends every one with NUL. */
export function splitNul(text: string): readonly string[] {
  return text.split('\0').filter((entry) => entry !== '')
}

/** The one line that git printed; a folder's name may itself end in white space. */
export function onlyLine(printed: string): string {
  return printed.replace(/\r?\n$/, '')
}
