import { FlyopsError, type Warning } from '../errors.js'
import { createRedact, createRedaction } from '../process/redact.js'
import { createBuildReader } from './build-progress.js'
import * as commands from './commands.js'
import type {
  BuilderKind,
  BuildRequest,
  BuildResult,
  Docker,
  LocalImage,
  WorkOptions,
} from './docker.js'
import { buildFailure } from './failures.js'
import { stageContext } from './staging.js'
import type { StartDocker } from './start.js'

export interface BuildParts {
  readonly start: StartDocker
  readonly kind: BuilderKind
  readonly inspect: Docker['inspectImage']
}

const askEngineMs = 5_000

/** buildx prints a message of BuildKit as one line: 1 MiB of output, in base64 (BuildKit, client/status.go). */
const maxLineBytes = 8 * 2 ** 20

/** Builds, and looks at the image that came out. Raises `build_failed`, `docker_daemon_down` and what docker's texts mean. */
export async function buildImage(
  { start, kind, inspect }: BuildParts,
  request: BuildRequest,
  options: WorkOptions,
): Promise<BuildResult> {
  if (request.builder !== undefined && kind !== 'buildx') throw noInstances(request.builder)
  if (request.secrets !== undefined && request.secrets.length > 0 && kind === 'legacy')
    throw noSecrets()
  const { redact, hide } = createRedaction(createRedact([]))
  for (const { value } of request.secrets ?? []) hide(value)
  const reader = createBuildReader(kind, (line) => options.onOutput?.(redact(line)))
  const staged = await stageContext(kind, request, request.excluded)
  const placed = { ...request, ...staged }
  try {
    const result = await start(
      commands.build(kind, placed),
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(kind === 'buildx' ? { maxLineBytes } : {}),
        onLine(line) {
          const update = reader.read(line)
          if (update !== undefined)
            options.onProgress?.({ ...update, message: redact(update.message) })
        },
      },
      { env: builderEnvironment(kind, request), loggedArgs: commands.loggedBuild(kind, placed) },
    )
    if (result.outcome === 'failed') await expectEngine(start, options)
    if (result.outcome !== 'ok')
      throw buildFailure(
        { ...result, stderr: redact(result.stderr) },
        redact(reader.failingOutput()),
      )
    const image = await inspect(request.image, options)
    if (image === undefined || !isOf(request, image)) throw notThere(request.image)
    const { durationMs } = result
    return {
      image,
      builder: kind,
      steps: reader.steps(),
      durationMs,
      warnings: [...warningsOf(kind, request, image), ...reader.warnings()],
    }
  } finally {
    await staged.remove()
  }
}

/** An engine that ends in the middle of a build kills its step: that looks like a failure of the step. */
async function expectEngine(start: StartDocker, { signal }: WorkOptions): Promise<void> {
  await start(commands.version(), {
    timeoutMs: askEngineMs,
    ...(signal === undefined ? {} : { signal }),
  })
}

function noSecrets(): FlyopsError {
  const message = 'Build secrets are a feature of BuildKit, which this docker builds without.'
  return new FlyopsError('buildx_missing', 'build', message, {
    remedy: 'Install the docker buildx plugin.',
  })
}

function noInstances(builder: string): FlyopsError {
  const message = `The builder ${builder} is an instance of buildx, which is not installed.`
  return new FlyopsError('buildx_missing', 'build', message, {
    remedy: 'Install the docker buildx plugin, or leave `builder` out.',
  })
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

/** Whether the tag names what was built, and no older image. */
function isOf({ labels }: BuildRequest, image: LocalImage): boolean {
  return Object.entries(labels).every(([name, value]) => image.labels[name] === value)
}

function notThere(image: string): FlyopsError {
  return new FlyopsError(
    'build_failed',
    'build',
    `docker built ${image}, but the engine does not show it under that name.`,
    {
      remedy: 'Select a buildx builder that loads its images: `docker buildx use default`.',
      retry: 'once',
    },
  )
}

/** Wider than BuildKit's own check SecretsUsedInArgOrEnv, which needs whole words. */
const secretName =
  /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|(?:^|_)(?:KEY|AUTH)(?:_|$)/i

function warningsOf(
  kind: BuilderKind,
  request: BuildRequest,
  image: LocalImage,
): readonly Warning[] {
  const warnings: Warning[] = []
  if (kind === 'legacy') {
    warnings.push({
      code: 'legacy_builder',
      cosmetic: true,
      text: 'docker built with the legacy builder, because buildx is not installed.',
    })
  }
  const wanted = request.platform.split('/')[1]
  if (wanted !== image.architecture) {
    warnings.push({
      code: 'architecture_mismatch',
      cosmetic: false,
      text: `The image is for ${image.architecture}, not for ${wanted}: machines cannot start it.`,
    })
  }
  const secrets = Object.keys(request.buildArgs).filter(
    (name) => secretName.test(name) && !/PUBLIC/i.test(name),
  )
  if (secrets.length > 0) {
    warnings.push({
      code: 'build_arg_in_history',
      cosmetic: false,
      text: `Whoever has the image can read the build arguments ${secrets.join(', ')}.`,
    })
  }
  return warnings
}
