import type { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import type { BuildReader } from './build-progress.js'
import { type Args, forLog } from './commands.js'
import type { BuilderKind, BuildRequest, WorkOptions } from './docker.js'
import { buildFailure } from './failures.js'
import { followBuild } from './follow-build.js'
import type { StartDocker } from './start.js'

export interface BuildCommand {
  readonly start: StartDocker
  readonly kind: BuilderKind
  /** docker's arguments for that request. */
  readonly args: (request: BuildRequest) => Args
  /** For docker, beside what every build gets. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Set where it builds without the engine. */
  readonly withoutEngine?: true
}

export interface EndedBuild {
  readonly result: RunResult
  readonly reader: BuildReader
  /** What that result means where it is not ok. */
  readonly failure: () => FlyopsError
}

/** Runs a build of docker's to its end, whatever that is. */
export async function runBuild(
  { start, kind, args, env = {}, withoutEngine }: BuildCommand,
  request: BuildRequest,
  options: WorkOptions,
): Promise<EndedBuild> {
  const { result, reader, failingOutput } = await followBuild(
    {
      kind,
      run: (placed, runOptions) =>
        start(args(placed), runOptions, {
          env: { ...builderEnvironment(kind, request), ...env },
          loggedArgs: args(forLog(placed)),
          ...(withoutEngine === undefined ? {} : { withoutEngine }),
        }),
    },
    request,
    options,
  )
  return { result, reader, failure: () => buildFailure(result, failingOutput) }
}

/** buildx asks git about the context, under a configuration that may name programs (buildx, build/git.go). */
const withoutGit = { BUILDX_GIT_INFO: '0', BUILDX_GIT_LABELS: '0' }

/** BuildKit since 0.11 dates the image by SOURCE_DATE_EPOCH, so that it depends on the commit alone. */
function builderEnvironment(
  kind: BuilderKind,
  request: BuildRequest,
): Readonly<Record<string, string>> {
  if (kind === 'buildx') {
    return { ...withoutGit, SOURCE_DATE_EPOCH: String(request.sourceDateEpoch) }
  }
  if (kind === 'legacy') return { DOCKER_BUILDKIT: '0' }
  return { ...withoutGit, DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }
}
