import { FlyopsError, type Warning } from '../errors.js'
import { requestWarnings } from './build-warnings.js'
import * as commands from './commands.js'
import type {
  BuilderKind,
  BuildRequest,
  BuildResult,
  Docker,
  LocalImage,
  WorkOptions,
} from './docker.js'
import { runBuild } from './run-build.js'
import type { StartDocker } from './start.js'

export interface BuildParts {
  readonly start: StartDocker
  readonly kind: BuilderKind
  readonly inspect: Docker['inspectImage']
}

const askEngineMs = 5_000

/** Builds, and looks at the image that came out. Raises `build_failed`, `docker_daemon_down` and what docker's texts mean. */
export async function buildImage(
  { start, kind, inspect }: BuildParts,
  request: BuildRequest,
  options: WorkOptions,
): Promise<BuildResult> {
  if (request.builder !== undefined && kind !== 'buildx') throw noInstances(request.builder)
  if (request.secrets !== undefined && request.secrets.length > 0 && kind === 'legacy')
    throw noSecrets()
  const { result, reader, failure } = await runBuild(
    { start, kind, args: (placed) => commands.build(kind, placed) },
    request,
    options,
  )
  if (result.outcome === 'failed') await expectEngine(start, options)
  if (result.outcome !== 'ok') throw failure()
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
  return [...warnings, ...requestWarnings(request)]
}
