import type { RemoteImage } from '../docker/docker.js'
import { type ImageReference, parseImageReference } from '../docker/image-ref.js'
import { FlyopsError } from '../errors.js'
import { cutText } from '../process/plain-text.js'

/** The name of an image of ours, without its tag. */
export function repositoryOf(registryHost: string, app: string): string {
  return `${registryHost}/${app}`
}

export interface FlyImage extends ImageReference {
  /** The app that owns the repository. */
  readonly owner: string
}

/** Reads an image reference of the Fly registry; raises `invalid_input` for any other. */
export function readFlyImage(text: string, registryHost: string, field = 'image'): FlyImage {
  const reference = parseImageReference(text)
  if (reference === undefined) throw refused(field, text, 'it is not an image reference')
  if (reference.registry !== registryHost) {
    throw refused(field, text, `it is not in the Fly registry ${registryHost}`)
  }
  if (reference.tag === undefined && reference.digest === undefined) {
    throw refused(field, text, 'it has neither a tag nor a digest')
  }
  return { ...reference, owner: reference.repository.split('/')[0] ?? reference.repository }
}

/** The image id is the config's digest, or the manifest's on engines with the containerd store. */
export function isContentOf(imageId: string | undefined, remote: RemoteImage): boolean {
  return remote.kind === 'found' && [remote.configDigest, remote.digest].includes(imageId ?? '')
}

function refused(field: string, text: string, reason: string): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'settings',
    `${field}: "${cutText(text, 200)}" is refused, because ${reason}.`,
    {
      remedy: `Give ${field} as build_image returned it: registry.fly.io/APP:TAG.`,
    },
  )
}

/** What tells images of one repository apart for people: the tag, else the digest. */
export function tagOf(image: string): string {
  return image.slice(image.lastIndexOf(':') + 1)
}
