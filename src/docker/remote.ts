import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import { lastLines } from '../process/tail.js'
import type { RemoteImage } from './docker.js'

type Found = Extract<RemoteImage, { kind: 'found' }>

/** Of one image, as docker and OCI have it. */
export const manifest = z.object({
  config: z.object({ digest: z.string(), size: z.number() }),
  layers: z.array(z.object({ size: z.number() })),
})

/** What an index has of one of its images. */
export const descriptor = z.object({
  digest: z.string(),
  platform: z.object({ os: z.string(), architecture: z.string() }).nullish(),
})

/** One entry of `docker manifest inspect --verbose`; docker's own and OCI manifests have different keys. */
const entry = z.object({
  Descriptor: descriptor,
  SchemaV2Manifest: manifest.optional(),
  OCIManifest: manifest.optional(),
})

/** A plain image is one object, an index an array of them. */
const reply = z.union([entry.transform((one) => [one]), z.array(entry)])

/**
 * What `docker manifest inspect --verbose` says (texts of docker 20.10 and 28). It says `no such manifest` also
 * where the registry answers `name unknown`: that a repository has no app shows only when it is pushed to.
 */
export function readRemote(result: RunResult): RemoteImage {
  if (result.outcome === 'ok') return readFound(result.reply?.text ?? '')
  if (result.outcome === 'timed_out')
    return { kind: 'failed', text: 'the registry did not answer in time' }
  const text = lastLines(result.stderr, 3)
  if (/unauthorized|no basic auth credentials|denied|\b40[13]\b/i.test(text))
    return { kind: 'unauthorized', text }
  if (/app repository not found|name unknown/i.test(text)) return { kind: 'no_repository', text }
  if (/no such manifest|manifest unknown|not found/i.test(text)) return { kind: 'absent' }
  return { kind: 'failed', text }
}

function readFound(text: string): RemoteImage {
  const parsed = reply.safeParse(parseJson(text))
  const images = parsed.data?.filter(
    ({ SchemaV2Manifest, OCIManifest }) => SchemaV2Manifest ?? OCIManifest,
  )
  const found = images?.find(({ Descriptor }) => isForFly(Descriptor)) ?? images?.[0]
  const content = found?.SchemaV2Manifest ?? found?.OCIManifest
  if (found === undefined || content === undefined) {
    return { kind: 'failed', text: 'the registry answered with a manifest that is no image' }
  }
  return describeImage(found.Descriptor.digest, content)
}

export function describeImage(digest: string, { config, layers }: z.infer<typeof manifest>): Found {
  const sizeBytes = layers.reduce((sum, { size }) => sum + size, config.size)
  return { kind: 'found', digest, configDigest: config.digest, sizeBytes, layers: layers.length }
}

/** Of an index: what Fly's machines run. Attestations are of the platform unknown/unknown. */
export function isForFly({ platform }: z.infer<typeof descriptor>): boolean {
  return platform?.os === 'linux' && platform.architecture === 'amd64'
}

/** docker speaks plain HTTP to a registry on loopback only when told to (docker 28). */
export function isLoopback(image: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?\//.test(image)
}
