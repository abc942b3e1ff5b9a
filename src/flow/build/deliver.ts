import type { BuildRequest, DeliveredBuild } from '../../docker/docker.js'
import { FlyopsError } from '../../errors.js'
import { findApp } from '../app/find.js'
import { readCommitTag } from '../commit-tag.js'
import type { RegistrySession, ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { next } from '../next.js'
import { appNotFound, refused, tagMoved } from '../push/failures.js'
import { withRegistryLogin } from '../registry-login.js'
import type { BuildInput } from './input.js'

type Built = Extract<DeliveredBuild, { kind: 'built' }>

/**
 * Builds at the buildkitd of the settings, which pushes in the same step, and sees the image in the registry. A commit
 * tag that is there is not pushed over: the digest alone is found out then. Raises what a build and a push raise.
 */
export async function deliver(wanted: BuildRequest, request: BuildInput, context: ToolContext) {
  if (wanted.builder !== undefined) throw twoBuilders(wanted.builder)
  if (!context.isStep) await expectApp(wanted, request, context)
  return withRegistryLogin(context, async (session) => {
    const { image } = wanted
    const there = await session.inspectRemote(image)
    const isFixed = there.kind === 'found' && readCommitTag(image).commit !== undefined
    const built = await deliverOnce({ wanted, request, pushes: !isFixed }, session, context)
    if (isFixed && there.digest !== built.digest) throw heldBack(request, image, there)
    const { registry, repository } = readFlyImage(image, context.registryHost)
    const seen = await session.inspectRemote(`${registry}/${repository}@${built.digest}`)
    if (seen.kind !== 'found') throw refused(image, `not seen after the push: ${seen.kind}`)
    return {
      image_id: seen.configDigest,
      digest: built.digest,
      architecture: wanted.platform.split('/')[1] ?? '',
      size_bytes: seen.sizeBytes,
      steps: built.steps,
      duration_ms: built.durationMs,
      warnings: built.warnings,
      next: [
        next.deployImage(
          { app: request.app, context: request.context, image },
          'the build has pushed it',
        ),
      ],
    }
  })
}

interface Delivered {
  readonly wanted: BuildRequest
  readonly request: BuildInput
  readonly pushes: boolean
}

/** A login may end while it builds: what is built is in the cache then, and is pushed with a new one. */
async function deliverOnce(
  { wanted, request, pushes }: Delivered,
  session: RegistrySession,
  context: ToolContext,
): Promise<Built> {
  const { image } = wanted
  const delivery = { login: session.login, pushes }
  const options = { signal: context.signal, onProgress: context.progress, onOutput: context.output }
  let outcome = await context.docker.buildAndDeliver(wanted, delivery, options)
  while (outcome.kind === 'unauthorized') {
    await session.renew(outcome.text)
    outcome = await context.docker.buildAndDeliver({ ...wanted, noCache: false }, delivery, options)
  }
  switch (outcome.kind) {
    case 'built':
      return outcome
    case 'no_repository':
      throw noApp(image, outcome.text, request, context)
    case 'refused':
      throw refused(image, outcome.text)
  }
}

/** What was built is not what the tag names. */
function heldBack(
  { app, context }: BuildInput,
  image: string,
  there: Pick<Built, 'digest'>,
): FlyopsError {
  return tagMoved(image, { app, context }, there).with({
    remedy: 'Commit the change and build again, or deploy what the registry has.',
  })
}

/** Before the build: a push that has nowhere to go is known only after it. */
async function expectApp({ image }: BuildRequest, request: BuildInput, context: ToolContext) {
  const app = await findApp(request.app, context)
  if (app === undefined) throw noApp(image, undefined, request, context)
}

function noApp(
  image: string,
  text: string | undefined,
  request: BuildInput,
  { registryHost }: ToolContext,
): FlyopsError {
  const again = next.buildImage(request, 'then builds and pushes it')
  return appNotFound(image, readFlyImage(image, registryHost), text, again)
}

function twoBuilders(builder: string): FlyopsError {
  const message = `builder: ${builder} is not used, because FLYOPS_BUILDKIT says where images are built.`
  return new FlyopsError('invalid_input', 'build', message, {
    remedy: 'Leave `builder` out, or unset FLYOPS_BUILDKIT.',
  })
}
