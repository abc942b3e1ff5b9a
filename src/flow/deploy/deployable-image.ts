import { FlyopsError, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { withRegistryLogin } from '../registry-login.js'
import { type DeployInput, givenArguments } from './input.js'

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
    if (error instanceof FlyopsError && error.code === 'docker_missing')
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
        {
          tool: 'push_image',
          arguments: { image: request.image },
          why: 'Fly deploys from its registry',
        },
        {
          tool: 'deploy_image',
          arguments: givenArguments(request),
          why: 'then the image is found',
        },
      ],
    },
  )
}

function withCreateApp(error: unknown, request: DeployInput): unknown {
  if (!(error instanceof FlyopsError) || error.code !== 'app_not_found') return error
  return new FlyopsError(
    'app_not_found',
    'deploy',
    `There is no app ${request.app} that this login may see.`,
    {
      remedy: 'Create it, then deploy again.',
      retry: 'once',
      next: [
        { tool: 'create_app', arguments: { app: request.app }, why: 'a deploy needs an app' },
        {
          tool: 'deploy_image',
          arguments: givenArguments(request),
          why: 'then the deploy can start',
        },
      ],
      ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
    },
  )
}
