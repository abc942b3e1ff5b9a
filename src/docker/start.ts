import { FlyopsError } from '../errors.js'
import type { Run, RunOptions, RunResult } from '../process/command.js'
import type { FoundProgram } from '../process/programs.js'
import type { Args } from './commands.js'
import { engineFailure } from './failures.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface DockerParts {
  readonly run: Run
  readonly find: () => Promise<FoundProgram>
  readonly env: Environment
}

/** Starts docker with arguments; `more.env` is added to the user's own. Raises `docker_missing`, `docker_daemon_down`. */
export type StartDocker = (
  args: Args,
  options?: RunOptions,
  more?: {
    readonly env?: Environment
    readonly loggedArgs?: Args
    /** Set where a failure is none of the engine's. */
    readonly withoutEngine?: true
  },
) => Promise<RunResult>

export function createStart({ run, find, env }: DockerParts): StartDocker {
  return async (args, options = {}, { withoutEngine, ...more } = {}) => {
    const program = await expectDocker({ find })
    const result = await run({ program, args, ...more, env: { ...env, ...more.env } }, options)
    if (result.outcome === 'missing') throw dockerMissing([program])
    const isOfEngine = result.outcome === 'failed' && withoutEngine === undefined
    const failure = isOfEngine ? engineFailure(result) : undefined
    if (failure !== undefined) throw failure
    return result
  }
}

/** The path of docker; raises `docker_missing`. */
export async function expectDocker({ find }: Pick<DockerParts, 'find'>): Promise<string> {
  const { program, looked } = await find()
  if (program === undefined) throw dockerMissing(looked)
  return program
}

function dockerMissing(looked: readonly string[]): FlyopsError {
  return new FlyopsError('docker_missing', 'preflight', 'docker was not found.', {
    remedy:
      'Install Docker from https://docs.docker.com/get-docker/, or set FLYOPS_DOCKER to its path; or set FLYOPS_BUILDER=fly: Fly.io’s remote builder then builds, and no docker is needed.',
    evidence: `looked in: ${looked.join(', ')}`,
  })
}
