import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import { lastLines } from '../process/tail.js'
import type { RemoteImage } from './docker.js'

const manifest = z.object({
  config: z.object({ digest: z.string(), size: z.number() }),
  layers: z.array(z.object({ size: z.number() })),
})

/** One entry of `docker manifest inspect --verbose`; docker's own and OCI manifests have different keys. */
const entry = z.object({
  Descriptor: z.object({
    digest: z.string(),
    platform: z.object({ os: z.string(), architecture: z.string() }).nullish(),
  }),
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
  const found = images?.find(isForFly) ?? images?.[0]
  const content = found?.SchemaV2Manifest ?? found?.OCIManifest
  if (found === undefined || content === undefined) {
    return { kind: 'failed', text: 'the registry answered with a manifest that is no image' }
  }
  return {
    kind: 'found',
    digest: found.Descriptor.digest,
    configDigest: content.config.digest,
    sizeBytes: content.layers.reduce((sum, { size }) => sum + size, content.config.size),
    layers: content.layers.length,
  }
}

/** Of an index: what Fly's machines run. Attestations are of the platform unknown/unknown. */
function isForFly({ Descriptor: { platform } }: z.infer<typeof entry>): boolean {
  return platform?.os === 'linux' && platform.architecture === 'amd64'
}

/** docker speaks plain HTTP to a registry on loopback only when told to (docker 28). */
export function isLoopback(image: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?\//.test(image)
}
