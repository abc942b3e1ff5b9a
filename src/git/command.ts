import { simpleGit } from 'simple-git'
import { allowedNames, gitEnvironment } from './environment.js'
import { explain } from './failures.js'

/** Runs one git command in a folder and returns what it printed, as it is. */
export type RunGit = (folder: string, args: readonly string[]) => Promise<string>

export interface RunGitOptions {
  /** Aborting it ends git. */
  readonly signal?: AbortSignal
}

/** Raises what `explain` says, for any exit status but 0. */
export function createRunGit(
  env: Readonly<Record<string, string | undefined>>,
  { signal }: RunGitOptions = {},
): RunGit {
  const environment = gitEnvironment(env)
  return async (folder, args) => {
    try {
      const git = simpleGit({
        baseDir: folder,
        ...(signal === undefined ? {} : { abort: signal }),
        allowEnvironment: allowedNames,
        unsafe: {
          allowUnsafeConfigPaths: true,
          allowUnsafeHooksPath: true,
        },
        // By default simple-git takes what has been read 50 ms after the exit, and may cut a long answer.
        completion: { onClose: true, onExit: false },
        errors: failureOf,
      })
      return await git.env(environment).raw([...args])
    } catch (error) {
      throw explain(error, folder)
    }
  }
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
