import { z } from 'zod'
import type { DockerCli } from '../engine/docker-cli.js'
import type { RegistryImage } from './images.js'
import { isLoopback } from './reference.js'

const inspected = z.tuple([
  z.looseObject({
    Id: z.string(),
    Size: z.number(),
    Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
])

// busybox, nginx:1.29, ghcr.io/owner/app:v1@sha256:…
const form =
  /^(?:([a-z0-9][\w-]*[.:][\w.:-]*|localhost)\/)?([a-z0-9][a-z0-9._/-]*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

const hub = 'registry-1.docker.io'

/** An image of any other registry, where the engine has it: pulled or built before. Its id stands for its digest. */
export function createLocalImages(docker: DockerCli) {
  return async (reference: string): Promise<RegistryImage | undefined> => {
    const [, host = hub, path = '', tag, digest] = form.exec(reference) ?? []
    if (path === '' || isLoopback(host)) return undefined
    const repository = host === hub && !path.includes('/') ? `library/${path}` : path
    const name = host === hub ? repository.replace(/^library\//, '') : `${host}/${repository}`
    const found = await docker.run(['image', 'inspect', digest ?? `${name}:${tag ?? 'latest'}`], {
      keepBytes: 2 ** 20,
    })
    if (found.outcome !== 'ok') return undefined
    const [{ Id, Size, Config }] = inspected.parse(JSON.parse(found.stdout))
    return {
      image: {
        registry: host,
        repository,
        tag: tag ?? (digest === undefined ? 'latest' : ''),
        digest: Id,
        labels: Config?.Labels ?? {},
      },
      compressedBytes: Size,
      manifest: {},
    }
  }
}
