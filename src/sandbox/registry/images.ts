import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ImageRef } from '../platform/rows.js'
import { ask } from './ask.js'
import { isLoopback, parseReference } from './reference.js'

/** What the registry knows of an image. */
export interface RegistryImage {
  readonly image: ImageRef
  readonly compressedBytes: number
  readonly manifest: unknown
}

export interface Images {
  /** Undefined where neither the registry nor, for a reference to another, the engine has such an image. */
  resolve(reference: string): Promise<RegistryImage | undefined>
  /** How the engine names it: an image of ours by digest, past the proxy; another by its id. */
  engineReference(image: ImageRef): string
}

export interface ImagesOptions {
  /** Socket of the registry behind the proxy. */
  readonly backend: string
  /** What the engine calls the registry. */
  readonly engineHost: string
  /** What users call the registry. */
  readonly registryHost: string
  /** Looks up an image of another registry. */
  readonly resolveLocal: Images['resolve']
}

const descriptor = z.looseObject({ digest: z.string(), size: z.number() })
const manifest = z.looseObject({
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z
    .array(
      descriptor.extend({
        platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional(),
      }),
    )
    .optional(),
})
const imageConfig = z.looseObject({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
})

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ')

/** Looks images up in the registry (distribution API, v2). */
export function createImages(options: ImagesOptions): Images {
  const { backend, engineHost, registryHost, resolveLocal } = options
  async function read(path: string): Promise<string | undefined> {
    const { status, text } = await ask(backend, `/v2/${path}`, { accept: manifestTypes })
    if (status === 404) return undefined
    if (status !== 200) throw new Error(`the registry answered ${status} for ${path}`)
    return text
  }

  async function readManifest(repository: string, name: string) {
    const text = await read(`${repository}/manifests/${name}`)
    return text === undefined ? undefined : { text, content: manifest.parse(JSON.parse(text)) }
  }

  /** Of an index, the image for the machines: linux/amd64. */
  async function platformManifest(repository: string, found: z.infer<typeof manifest>) {
    const wanted = found.manifests?.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
    )
    if (wanted === undefined) return found
    return (await readManifest(repository, wanted.digest))?.content ?? found
  }

  async function labels(repository: string, digest: string | undefined) {
    const text = digest === undefined ? undefined : await read(`${repository}/blobs/${digest}`)
    return text === undefined ? {} : (imageConfig.parse(JSON.parse(text)).config?.Labels ?? {})
  }

  return {
    async resolve(reference) {
      const wanted = parseReference(reference)
      if (wanted?.host !== registryHost) return resolveLocal(reference)
      const { repository, tag, digest } = wanted
      const found = await readManifest(repository, digest ?? tag ?? 'latest')
      if (found === undefined) return undefined
      const single = await platformManifest(repository, found.content)
      const sizes = [single.config, ...(single.layers ?? [])].map((part) => part?.size ?? 0)
      return {
        image: {
          registry: registryHost,
          repository,
          tag: tag ?? '',
          digest: `sha256:${createHash('sha256').update(found.text).digest('hex')}`,
          labels: await labels(repository, single.config?.digest),
        },
        compressedBytes: sizes.reduce((sum, size) => sum + size, 0),
        manifest: JSON.parse(found.text),
      }
    },
    engineReference: ({ registry, repository, digest }) =>
      isLoopback(registry) ? `${engineHost}/${repository}@${digest}` : digest,
  }
}
