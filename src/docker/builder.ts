import { z } from 'zod'
import * as commands from './commands.js'
import type { StartDocker } from './create-docker.js'
import type { BuilderKind, WorkOptions } from './docker.js'

const versionReply = z.object({ Client: z.object({ Version: z.string() }) })

/** Since this version docker builds with BuildKit through buildx alone. */
const firstWithoutBuildKit = 23

/** buildx where it is installed, else BuildKit inside docker, else the builder before it. */
export async function detectBuilder(
  start: StartDocker,
  { signal }: WorkOptions,
): Promise<BuilderKind> {
  const options = { timeoutMs: 20_000, ...(signal === undefined ? {} : { signal }) }
  const [version, buildx] = await Promise.all([
    start(commands.version(), options),
    start(commands.buildxVersion(), options),
  ])
  if (buildx.outcome === 'ok') return 'buildx'
  const parsed = versionReply.safeParse(parseJson(version.stdout))
  const major = Number.parseInt(parsed.data?.Client.Version ?? '', 10)
  return major < firstWithoutBuildKit ? 'buildkit' : 'legacy'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
