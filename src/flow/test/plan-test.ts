import { durationMs } from '../../durations.js'
import { FlyopsError, hasCode } from '../../errors.js'
import { composeConfig } from '../../fly-toml/compose.js'
import { type DescribedApp, describeApp } from '../../fly-toml/described-app.js'
import { configName } from '../../project/written-config.js'
import type { ToolContext } from '../context.js'
import { settingsOf } from '../deploy/input.js'
import { readFlyImage } from '../fly-image.js'
import { findBase } from '../plan/base.js'
import { readSecrets } from '../secrets/values.js'
import type { ImageTest, Setting } from './image-test.js'
import type { TestInput } from './input.js'

const longestMs = 30_000
/** Fly's own grace period: from then on its checks count too. */
export const leastPatienceMs = 10_000

/**
 * What is tested, and how: as the caller says, else as the toml does that a deploy would start from. Raises
 * `config_invalid`, `invalid_input` and `forbidden`.
 */
export async function planTest(request: TestInput, context: ToolContext): Promise<ImageTest> {
  const { image, internal_port, health_path, env = {}, memory } = request
  const { owner: app } = readFlyImage(image, context.registryHost)
  const described = await findDescribed(request, app, context)
  const asked = request.timeout === undefined ? undefined : durationMs(request.timeout)
  const patienceMs = Math.max(leastPatienceMs, described?.gracePeriodMs ?? 0)
  const ofToml = described?.memoryMb === undefined ? undefined : `${described.memoryMb}mb`
  return {
    app,
    image,
    request,
    port: setting(internal_port, described?.internalPort),
    path: setting(health_path, described?.checkPath),
    isWorker: isWorker(request, described),
    command: described?.command ?? [],
    env: { ...described?.env, ...env },
    secrets: await secretsOf(request, app, context),
    memory: memory ?? ofToml,
    timeoutMs: asked ?? Math.max(longestMs, longestMs / 2 + patienceMs),
    patienceMs: asked ?? patienceMs,
  }
}

function setting<Value>(
  ofCaller: Value | undefined,
  ofToml: Value | undefined,
): Setting<Value> | undefined {
  if (ofCaller !== undefined) return { value: ofCaller, from: 'caller' }
  return ofToml === undefined ? undefined : { value: ofToml, from: 'toml' }
}

/** Whoever names a port or a path wants an answer. */
function isWorker(
  { worker, internal_port, health_path }: TestInput,
  described: DescribedApp | undefined,
): boolean {
  if (internal_port === undefined && health_path === undefined)
    return worker || described?.isWorker === true
  if (!worker) return false
  throw new FlyopsError('invalid_input', 'test', 'worker: a worker has no port and no path.', {
    remedy: 'Leave `internal_port` and `health_path` out, or `worker`.',
  })
}

/** Undefined where there is no toml, or no project folder that could have one. */
async function findDescribed(
  { image, context: path }: TestInput,
  app: string,
  context: ToolContext,
): Promise<DescribedApp | undefined> {
  const root = await context.folder.resolve('.', 'context', 'folder').catch((error: unknown) => {
    if (!hasCode(error, 'root_unset') || path !== '.') throw error
  })
  if (root === undefined) return undefined
  const { base, kept } = await findBase({ app, context: path }, context)
  if (Object.keys(kept).length === 0) return base === undefined ? undefined : describeApp(base)
  const { text } = composeConfig({ app, image, settings: settingsOf(kept), base })
  return describeApp({ path: base?.path ?? configName(app), text, isTarget: false })
}

/** docker, its loader and its libraries take these for themselves: a project's file shall not steer them. */
const readByDocker =
  /^(?:LD_|DYLD_|GLIBC_|MALLOC_|DOCKER_|BUILD(?:X|KIT)_|OTEL_|SSL_CERT_|XDG_|RES_|GO(?:DEBUG|GC|MEMLIMIT|MAXPROCS|TRACEBACK)$|(?:HTTPS?|ALL|NO)_PROXY$|(?:PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|HOSTALIASES|LOCALDOMAIN|LOCPATH|NLSPATH|GCONV_PATH|TZ|TZDIR)$)/i

async function secretsOf(
  { secrets: names = [], secrets_file: file }: TestInput,
  app: string,
  context: ToolContext,
): Promise<ImageTest['secrets']> {
  if (names.length === 0) return {}
  const refused = names.filter((name) => readByDocker.test(name))
  if (refused.length === 0)
    return readSecrets({ names, from: file === undefined ? 'env' : 'file', file }, app, context)
  const message = `secrets: ${refused.join(', ')} would change how docker itself works.`
  throw new FlyopsError('invalid_input', 'test', message, {
    remedy: 'Give the secret a name of its own, or a value that is none as `env`.',
  })
}
