import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { RemoteImage } from '../docker/docker.js'
import { type ImageReference, parseImageReference } from '../docker/image-ref.js'
import { exposedPorts, tcpPorts } from '../docker/images.js'
import { describeImage, descriptor, isForFly, isLoopback, manifest } from '../docker/remote.js'
import { parseJson } from '../process/json.js'
import { type Answer, ask } from './ask.js'

/** Fly's registry, asked as it is and not through docker (OCI distribution specification 1.1). */
export interface Registry {
  /** With a token of Fly's. Raises nothing but an abort of the signal. */
  inspect(
    image: string,
    token: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RemoteImage>
}

const index = z.object({ manifests: z.array(descriptor) })

const configuration = z.object({
  config: z
    .object({ ExposedPorts: exposedPorts, Labels: z.record(z.string(), z.string()).nullish() })
    .nullish(),
})

type Get = (path: string) => Promise<Answer>

export function createRegistry(): Registry {
  return {
    async inspect(image, token, { signal } = {}) {
      const reference = parseImageReference(image)
      if (reference?.registry === undefined) throw new Error(`${image} names no registry`)
      const scheme = isLoopback(image) ? 'http' : 'https'
      const base = `${scheme}://${reference.registry}/v2/${reference.repository}`
      return look(reference, (path) => ask(`${base}/${path}`, token, signal))
    },
  }
}

async function look({ digest, tag }: ImageReference, get: Get): Promise<RemoteImage> {
  const answer = await get(`manifests/${digest ?? tag}`)
  if (answer.kind !== 'body') return answer
  const { data: several } = index.safeParse(parseJson(answer.text))
  const chosen = several?.manifests.find(isForFly) ?? several?.manifests[0]
  return chosen === undefined ? describe(answer.text, get) : look({ ...named(chosen.digest) }, get)
}

function named(digest: string): ImageReference {
  return { registry: undefined, repository: '', tag: undefined, digest }
}

async function describe(text: string, get: Get): Promise<RemoteImage> {
  const { data: content } = manifest.safeParse(parseJson(text))
  if (content === undefined)
    return { kind: 'failed', text: 'the registry answered with a manifest that is no image' }
  const answer = await get(`blobs/${content.config.digest}`)
  if (answer.kind !== 'body') return answer
  const { data } = configuration.safeParse(parseJson(answer.text))
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
  return {
    ...describeImage(digest, content),
    labels: data?.config?.Labels ?? {},
    exposedPorts: tcpPorts(data?.config?.ExposedPorts),
  }
}
