import type { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { createRedact, createRedaction } from '../process/redact.js'
import { type BuildReader, createBuildReader } from './build-progress.js'
import { type Args, forLog } from './commands.js'
import type { BuilderKind, BuildRequest, WorkOptions } from './docker.js'
import { buildFailure } from './failures.js'
import { stageContext } from './staging.js'
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

/** buildx prints a message of BuildKit as one line: 1 MiB of output, in base64 (BuildKit, client/status.go). */
const maxLineBytes = 8 * 2 ** 20

/** Runs a build to its end, whatever that is; values of build secrets are shown nowhere. */
export async function runBuild(
  { start, kind, args, env = {}, withoutEngine }: BuildCommand,
  request: BuildRequest,
  options: WorkOptions,
): Promise<EndedBuild> {
  const { redact, hide } = createRedaction(createRedact([]))
  for (const { value } of request.secrets ?? []) hide(value)
  const reader = createBuildReader(kind, (line) => options.onOutput?.(redact(line)))
  const staged = await stageContext(kind, request, request.excluded)
  const placed = { ...request, ...staged }
  try {
    const result = await start(
      args(placed),
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(kind === 'buildx' ? { maxLineBytes } : {}),
        onLine(line) {
          const update = reader.read(line)
          if (update !== undefined)
            options.onProgress?.({ ...update, message: redact(update.message) })
        },
      },
      {
        env: { ...builderEnvironment(kind, request), ...env },
        loggedArgs: args(forLog(placed)),
        ...(withoutEngine === undefined ? {} : { withoutEngine }),
      },
    )
    const shown = { ...result, stderr: redact(result.stderr) }
    const failure = () => buildFailure(shown, redact(reader.failingOutput()))
    return { result: shown, reader, failure }
  } finally {
    await staged.remove()
  }
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
