import { lastLines } from '../process/tail.js'
import * as commands from './commands.js'
import type {
  Docker,
  PushOutcome,
  PushRefusal,
  RegistryLogin,
  RemoteImage,
  WorkOptions,
} from './docker.js'
import { loginEnvironment } from './login.js'
import { createPushReader } from './push-progress.js'
import type { StartDocker } from './start.js'

export interface PushParts {
  readonly start: StartDocker
  readonly inspectRemote: Docker['inspectRemote']
}

/**
 * Pushes. A refused login makes docker retry for about 50 s, silently (docker 20.10 to 28): at its first
 * retry the registry is asked instead, and the push is stopped where the login is refused.
 */
export async function pushImage(
  { start, inspectRemote }: PushParts,
  image: string,
  login: RegistryLogin,
  options: WorkOptions,
): Promise<PushOutcome> {
  const reader = createPushReader()
  const stopping = new AbortController()
  let asking: Promise<RemoteImage | undefined> | undefined
  /** Never rejects: nobody waits for it before the push has ended. */
  async function ask(): Promise<RemoteImage | undefined> {
    const remote = await inspectRemote(image, login, options).catch(() => undefined)
    if (remote?.kind === 'unauthorized') stopping.abort()
    return remote
  }
  const signal =
    options.signal === undefined
      ? stopping.signal
      : AbortSignal.any([options.signal, stopping.signal])
  const result = await start(
    commands.push(image),
    {
      signal,
      onLine(line) {
        options.onOutput?.(line)
        if (line.includes('Retrying in')) asking ??= ask()
        const update = reader.read(line)
        if (update !== undefined) options.onProgress?.(update)
      },
    },
    { env: loginEnvironment(login) },
  )
  const text = lastLines(result.stderr === '' ? result.stdout : result.stderr, 5)
  const remote = await asking
  if (options.signal?.aborted) return { kind: 'cancelled', text }
  if (stopping.signal.aborted && remote?.kind === 'unauthorized') return remote
  const digest = reader.digest()
  if (result.outcome === 'ok' && digest !== undefined)
    return { kind: 'pushed', digest, layers: reader.layers() }
  return refusal(text)
}

/** The texts of a push that failed (docker 20.10 to 28, and Fly's registry). */
export function refusal(text: string): PushRefusal {
  if (/name unknown|app repository not found/i.test(text)) return { kind: 'no_repository', text }
  if (
    /unauthorized|no basic auth credentials|authentication required|denied|\b40[13]\b/i.test(text)
  ) {
    return { kind: 'unauthorized', text }
  }
  return { kind: 'refused', text }
}
