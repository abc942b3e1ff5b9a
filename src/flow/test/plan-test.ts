import { durationMs } from '../../durations.js'
import { FlyopsError, hasCode } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { deployInput, workerWithPort } from '../deploy/input.js'
import { readFlyImage } from '../fly-image.js'
import { planConfig } from '../plan/config.js'
import { readSecrets } from '../secrets/values.js'
import type { ImageTest } from './image-test.js'
import type { TestInput } from './input.js'
import { testOf } from './test-of.js'

/**
 * What is tested, and how: as the caller says, else as the toml does that a deploy would have. Raises what `planConfig`
 * raises, `invalid_input` and `forbidden`.
 */
export async function planTest(request: TestInput, context: ToolContext): Promise<ImageTest> {
  const { image, internal_port, health_path, worker, timeout } = request
  if (worker && (internal_port ?? health_path) !== undefined) throw workerWithPort()
  const { owner: app } = readFlyImage(image, context.registryHost)
  const place = { app, image, context: request.context }
  const deploy = deployInput.parse({ ...place, internal_port, health_path })
  // What runs on Fly is not asked: a test needs no login.
  const unseen = { app: Promise.resolve(undefined) }
  const config = await planConfig(deploy, context, unseen).catch((error: unknown) => {
    if (!hasCode(error, 'root_unset') || request.context !== '.') throw error
    return undefined
  })
  const asked = timeout === undefined ? undefined : durationMs(timeout)
  return {
    ...testOf({ deploy, config, request }),
    ...(asked === undefined ? {} : { timeoutMs: asked, patienceMs: asked }),
    timeField: 'timeout',
    app,
    secrets: await testSecrets(request, app, context),
  }
}

/** docker, its loader and its libraries take these for themselves: a project's file shall not steer them. */
const readByDocker =
  /^(?:LD_|DYLD_|GLIBC_|MALLOC_|DOCKER_|BUILD(?:X|KIT)_|OTEL_|SSL_CERT_|XDG_|RES_|GO(?:DEBUG|GC|MEMLIMIT|MAXPROCS|TRACEBACK)$|(?:HTTPS?|ALL|NO)_PROXY$|(?:PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|HOSTALIASES|LOCALDOMAIN|LOCPATH|NLSPATH|GCONV_PATH|TZ|TZDIR)$)/i

/** Raises `invalid_input` and `forbidden`. */
export async function testSecrets(
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
