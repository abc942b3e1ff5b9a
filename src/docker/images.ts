import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import type { LocalImage } from './docker.js'
import { unreadableReply } from './failures.js'

export const exposedPorts = z.record(z.string(), z.unknown()).nullish()

const inspection = z.array(
  z.object({
    Id: z.string(),
    Architecture: z.string(),
    Os: z.string(),
    Size: z.number(),
    Config: z
      .object({
        ExposedPorts: exposedPorts,
        Labels: z.record(z.string(), z.string()).nullish(),
      })
      .nullish(),
  }),
)

/** What `docker image inspect` says of one image; undefined where there is none. Raises `unknown_failure`. */
export function readInspection({ reply }: RunResult): LocalImage | undefined {
  const images = inspection.safeParse(parseJson(reply?.text ?? '')).data
  if (images === undefined) throw unreadableReply('looking at an image')
  const [image] = images
  if (image === undefined) return undefined
  return {
    imageId: image.Id,
    architecture: image.Architecture,
    os: image.Os,
    sizeBytes: image.Size,
    exposedPorts: tcpPorts(image.Config?.ExposedPorts),
    labels: image.Config?.Labels ?? {},
  }
}

const remoteConfig = z.object({ config: z.object({ ExposedPorts: exposedPorts }).nullish() })
/** Of an index, one for each platform. */
const remoteConfigs = z.object({ 'linux/amd64': remoteConfig }).or(remoteConfig)

/** TCP ports of EXPOSE, as `docker buildx imagetools inspect` tells of an image in a registry (buildx 0.38). */
export function readExposedPorts({ reply }: RunResult): readonly number[] {
  const { data } = remoteConfigs.safeParse(parseJson(reply?.text ?? ''))
  const image = data !== undefined && 'linux/amd64' in data ? data['linux/amd64'] : data
  return tcpPorts(image?.config?.ExposedPorts)
}

export function tcpPorts(exposed: z.output<typeof exposedPorts>): readonly number[] {
  return Object.keys(exposed ?? {}).flatMap(tcpPort)
}

/** "8080/tcp" → 8080; other protocols take no requests. */
function tcpPort(text: string): readonly number[] {
  const [, port] = /^(\d+)(?:\/tcp)?$/.exec(text) ?? []
  return port === undefined ? [] : [Number(port)]
}
