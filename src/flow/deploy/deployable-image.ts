import { FlyopsError, hasCode, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { withRegistryLogin } from '../registry-login.js'
import type { DeployInput } from './input.js'

export interface DeployableImage {
  /** The app as it is before the deploy. */
  readonly before: AppStatus
  /** What every machine should carry; undefined where docker is not there to ask the registry. */
  readonly digest: string | undefined
  readonly warnings: readonly Warning[]
}

/** What the caller has seen just now, and need not be asked again. */
export interface KnownBefore {
  readonly digest?: string | undefined
  readonly app?: AppStatus | undefined
  /** What flyctl says of the very toml. */
  readonly findings?: readonly Warning[] | undefined
}

/** Looks before the leap: raises `app_not_found` and `image_not_found`, each with the calls that repair it. */
export async function findDeployable(
  request: DeployInput,
  context: ToolContext,
  known: KnownBefore = {},
): Promise<DeployableImage> {
  const { digest } = known
  const [app, found] = await Promise.allSettled([
    known.app ?? context.flyctl.status(request.app, context),
    digest === undefined ? digestInRegistry(request, context) : { digest, warnings: [] },
  ])
  if (app.status === 'rejected') throw withCreateApp(app.reason, request)
  if (found.status === 'rejected') throw found.reason
  return { before: app.value, ...found.value }
}

async function digestInRegistry(request: DeployInput, context: ToolContext) {
  try {
    const remote = await withRegistryLogin(context, (session) =>
      session.inspectRemote(request.image),
    )
    if (remote.kind === 'found') return { digest: remote.digest, warnings: [] }
    if (remote.kind === 'failed') return { digest: undefined, warnings: [unverified(remote.text)] }
    throw imageNotFound(request)
  } catch (error) {
    if (hasCode(error, 'docker_missing'))
      return { digest: undefined, warnings: [unverified(error.message)] }
    throw error
  }
}

/** A deploy that judges by the tag alone; `reason` is why the registry does not tell. */
export function unverified(reason: string): Warning {
  const text = `The registry could not be asked for the image’s digest: ${reason}`
  return { code: 'digest_unverified', cosmetic: false, text }
}

function imageNotFound(request: DeployInput): FlyopsError {
  return new FlyopsError(
    'image_not_found',
    'deploy',
    `The Fly registry does not have ${request.image}.`,
    {
      remedy: 'Push it, then deploy again.',
      retry: 'once',
      next: [
        next.pushImage({ image: request.image }, 'Fly deploys from its registry'),
        next.deployImage(request, 'then the image is found'),
      ],
    },
  )
}

function withCreateApp(error: unknown, request: DeployInput): unknown {
  if (!hasCode(error, 'app_not_found')) return error
  return error.with({
    stage: 'deploy',
    message: `There is no app ${request.app} that this login may see.`,
    remedy: 'Create it, then deploy again.',
    retry: 'once',
    next: [
      next.createApp({ app: request.app }, 'a deploy needs an app'),
      next.deployImage(request, 'then the deploy can start'),
    ],
  })
}
