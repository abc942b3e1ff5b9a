import { FlyopsError } from '../errors.js'
import type { Run, RunOptions, RunResult } from '../process/command.js'
import type { FoundProgram } from '../process/programs.js'
import type { Args } from './commands.js'
import { flyctlEnvironment } from './environment.js'

export interface StartParts {
  readonly run: Run
  readonly find: () => Promise<FoundProgram>
  readonly findDocker: () => Promise<FoundProgram>
  readonly env: Readonly<Record<string, string | undefined>>
}

interface Placement {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly loggedArgs?: Args
}

/** Starts flyctl with arguments; the environment that is placed is added to the user's own. Raises `flyctl_missing`. */
export type StartFlyctl = (
  args: Args,
  options: RunOptions,
  placement?: Placement,
) => Promise<RunResult>

export function createStart({ run, find, findDocker, env }: StartParts): StartFlyctl {
  return async (args, options, placement = {}) => {
    const [flyctl, docker] = await Promise.all([find(), findDocker()])
    if (flyctl.program === undefined) throw flyctlMissing(flyctl.looked)
    const childEnv = { ...flyctlEnvironment(env, docker.program), ...placement.env }
    const result = await run(
      { ...placement, program: flyctl.program, args, env: childEnv },
      options,
    )
    if (result.outcome === 'missing') throw flyctlMissing([flyctl.program])
    return result
  }
}

function flyctlMissing(looked: readonly string[]): FlyopsError {
  return new FlyopsError('flyctl_missing', 'preflight', 'flyctl was not found.', {
    remedy:
      'Install it from https://fly.io/docs/flyctl/install/, or set FLYOPS_FLYCTL to its path; to try flyops without it, start with --sandbox.',
    evidence: `looked in: ${looked.join(', ')}`,
  })
}
