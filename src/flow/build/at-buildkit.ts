import type { BuildRequest, DeliveredBuild } from '../../docker/docker.js'
import type { RegistrySession, ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { refused } from '../push/failures.js'
import { dockerLogin } from '../registry-login.js'
import { type Delivered, findFixed, heldBack, noApp } from './delivered.js'
import type { BuildInput } from './input.js'

/**
 * Builds at the buildkitd of the settings, which pushes in the same step, and sees the image in the registry. A commit
 * tag that is there is not pushed over: the digest alone is found out then.
 */
export async function buildAtBuildkit(
  wanted: BuildRequest,
  request: BuildInput,
  session: RegistrySession,
  context: ToolContext,
): Promise<Delivered> {
  const { image } = wanted
  const fixed = await findFixed(image, session)
  const pushes = fixed === undefined
  const built = await buildOnce({ wanted, request, pushes }, session, context)
  if (fixed !== undefined && fixed.digest !== built.digest) throw heldBack(request, image, fixed)
  const { registry, repository } = readFlyImage(image, context.registryHost)
  const found = await session.inspectRemote(`${registry}/${repository}@${built.digest}`)
  if (found.kind !== 'found') throw refused(image, `not seen after the push: ${found.kind}`)
  return { ...built, found }
}

interface Build {
  readonly wanted: BuildRequest
  readonly request: BuildInput
  readonly pushes: boolean
}

/** A login may end while it builds: what is built is in the cache then, and is pushed with a new one. */
async function buildOnce(
  { wanted, request, pushes }: Build,
  session: RegistrySession,
  context: ToolContext,
): Promise<Extract<DeliveredBuild, { kind: 'built' }>> {
  const { image } = wanted
  const delivery = { login: dockerLogin(session), pushes }
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
      throw noApp(image, outcome.text, request)
    case 'refused':
      throw refused(image, outcome.text)
  }
}
