import type { DeliveredBuild, RemoteImage } from '../../docker/docker.js'
import type { FlyopsError } from '../../errors.js'
import { readCommitTag } from '../commit-tag.js'
import type { RegistrySession } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { next } from '../next.js'
import { appNotFound, tagMoved } from '../push/failures.js'
import type { BuildInput } from './input.js'

type Found = Extract<RemoteImage, { kind: 'found' }>

/** What was built and pushed in one step. */
export interface Delivered extends Omit<Extract<DeliveredBuild, { kind: 'built' }>, 'kind'> {
  /** As the registry has it. */
  readonly found: Found
}

/** What a commit tag of the registry names already: it is not pushed over. */
export async function findFixed(
  image: string,
  session: Pick<RegistrySession, 'inspectRemote'>,
): Promise<Found | undefined> {
  const there = await session.inspectRemote(image)
  const isFixed = there.kind === 'found' && readCommitTag(image).commit !== undefined
  return isFixed ? there : undefined
}

/** What was built is not what the tag names. */
export function heldBack(
  { app, context }: BuildInput,
  image: string,
  there: Pick<Found, 'digest'>,
): FlyopsError {
  return tagMoved(image, { app, context }, there).with({
    remedy: 'Commit the change and build again, or deploy what the registry has.',
  })
}

/** There is nowhere to push to. */
export function noApp(image: string, text: string | undefined, request: BuildInput): FlyopsError {
  const again = next.buildImage(request, 'then builds and pushes it')
  const [registryHost = ''] = image.split('/')
  return appNotFound(image, readFlyImage(image, registryHost), text, again)
}
