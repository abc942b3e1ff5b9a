import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import type { LocalImage } from './docker.js'
import { unreadableReply } from './failures.js'

const inspection = z.array(
  z.object({
    Id: z.string(),
    Architecture: z.string(),
    Os: z.string(),
    Size: z.number(),
    Config: z
      .object({
        ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
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
    exposedPorts: Object.keys(image.Config?.ExposedPorts ?? {}).flatMap(tcpPort),
    labels: image.Config?.Labels ?? {},
  }
}

/** "8080/tcp" → 8080; other protocols take no requests. */
function tcpPort(text: string): readonly number[] {
  const [, port] = /^(\d+)(?:\/tcp)?$/.exec(text) ?? []
  return port === undefined ? [] : [Number(port)]
}
