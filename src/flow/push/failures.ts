import type { RemoteImage } from '../../docker/docker.js'
import { FlyopsError, type NextCall } from '../../errors.js'
import type { Elsewhere } from '../build/elsewhere.js'
import type { FlyImage } from '../fly-image.js'
import { next } from '../next.js'

type Found = Extract<RemoteImage, { kind: 'found' }>

/** Where an image comes from. */
export interface ImagePlace {
  readonly app: string
  /** Folder in the project; undefined for the project itself. */
  readonly context: string | undefined
}

/** The engine has no such image; `stage` is what it was wanted for. */
export function imageNotLocal(
  image: string,
  place: ImagePlace,
  stage: 'push' | 'test' = 'push',
): FlyopsError {
  return new FlyopsError('image_not_local', stage, `The local engine has no image ${image}.`, {
    remedy: `Build it, and ${stage} the image that build_image returns.`,
    next: [next.buildImage(place, `only a local image can be ${stage}ed`)],
  })
}

/** What is built elsewhere is in the registry, or nowhere. */
export function imageNotPushed(
  image: string,
  place: ImagePlace,
  { setting }: Elsewhere,
): FlyopsError {
  const message = `The registry has no image ${image}, and no Docker engine is used that could have it.`
  return new FlyopsError('image_not_local', 'push', message, {
    remedy: `Build it: build_image pushes it too, because ${setting} is set.`,
    next: [next.buildImage(place, 'builds and pushes it')],
  })
}

/** docker pushes tags only. */
export function digestOnly(image: string): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'push',
    `image: ${image} names a digest, which docker cannot push.`,
    {
      remedy: 'Give the image by its tag.',
    },
  )
}

/** Fly refuses repositories without an app; with the calls that make one. */
export function appNotFound(
  image: string,
  { owner }: FlyImage,
  text: string | undefined,
  again: NextCall = next.pushImage({ image }, 'then the push is accepted'),
): FlyopsError {
  return new FlyopsError(
    'app_not_found',
    'push',
    `Fly has no app ${owner} that this login may push to.`,
    {
      remedy: 'Create the app, then push again.',
      retry: 'once',
      next: [next.createApp({ app: owner }, 'the app owns the repository'), again],
      evidence: text,
    },
  )
}

/** A commit tag is in use for other content. */
export function tagMoved(
  image: string,
  place: ImagePlace,
  remote: Pick<Found, 'digest'>,
): FlyopsError {
  return new FlyopsError(
    'tag_moved',
    'push',
    `${image} names other content in the registry, and a commit tag should not move.`,
    {
      remedy:
        'Commit the change and build again, or deploy what the registry has; only overwrite=true replaces it.',
      evidence: `in the registry: ${remote.digest}`,
      next: [next.deployImage({ ...place, image }, 'deploys what the registry has')],
    },
  )
}

/** The registry refused for a reason of its own. */
export function refused(image: string, text: string): FlyopsError {
  return new FlyopsError('push_refused', 'push', `The registry did not take ${image}.`, {
    remedy:
      'Read the excerpt; where it speaks of the network or of a server error, push once more.',
    retry: 'once',
    next: [next.pushImage({ image }, 'once more, where the network or the registry was at fault')],
    evidence: text,
  })
}
