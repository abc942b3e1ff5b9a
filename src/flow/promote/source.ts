import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { splitEnv } from '../../fly-toml/env.js'
import type { BaseConfig } from '../../fly-toml/fly-toml.js'
import { runningBase } from '../../fly-toml/running.js'
import { together } from '../../side-by-side.js'
import { findApp, unlessUnknown } from '../app/find.js'
import type { ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { next } from '../next.js'
import { recordedDeploys } from '../record/recorded-deploys.js'
import { withRegistryLogin } from '../registry-login.js'

/** What is promoted, and where it comes from. */
export interface Source {
  /** The app that runs it, or owns its repository. */
  readonly app: string
  readonly org: string | undefined
  readonly image: string
  readonly digest: string
  /** The settings that it was deployed with, without `[env]`; undefined where nothing knows them. */
  readonly base: BaseConfig | undefined
  /** Its `[env]`. */
  readonly env: Readonly<Record<string, string>>
  /** Names of its variables and secrets. */
  readonly names: readonly string[]
  /** Those of its secrets. */
  readonly secrets: readonly string[]
}

interface Request {
  readonly image?: string | undefined
  readonly from_app?: string | undefined
  readonly context: string
}

/** Raises `invalid_input`, `app_not_found`, `image_not_found`. */
export async function findSource(request: Request, context: ToolContext): Promise<Source> {
  const { image: given, from_app: from } = request
  if ((given === undefined) === (from === undefined)) throw needsOne()
  const image = given ?? (await imageOf(from ?? '', context))
  const app = from ?? readFlyImage(image, context.registryHost).owner
  const digest = await digestOf(image, app, context)
  const deploys = await recordedDeploys(undefined, context)
  const [status, secrets] = await together([
    findApp(app, context),
    context.flyctl.secretNames(app, context).catch(unlessUnknown),
  ])
  const deploy =
    deploys.find((each) => each.app === app && each.digest === digest) ??
    deploys.find((each) => each.digest === digest && each.verdict === 'healthy')
  const settings = deploy?.toml ?? (await runningToml(status, context))
  const base = settings === undefined ? undefined : baseOf(deploy?.app ?? app, settings)
  return {
    app,
    org: status?.org,
    image,
    digest,
    base: base?.withoutEnv,
    env: base?.env ?? {},
    names: [...new Set([...Object.keys(base?.env ?? {}), ...(secrets ?? [])])],
    secrets: secrets ?? [],
  }
}

/** What it runs with, where nobody here has deployed it. */
async function runningToml(
  status: AppStatus | undefined,
  { flyctl, signal }: ToolContext,
): Promise<string | undefined> {
  if (status === undefined || status.machines.length === 0) return undefined
  const live = await flyctl.runningConfig(status.name, { signal }).catch(() => undefined)
  return live === undefined ? undefined : runningBase(live).text
}

/** Variables are an app's own: a promotion takes them along only where it is told to. */
function baseOf(app: string, text: string) {
  const { env, rest } = splitEnv(text)
  return { withoutEnv: { path: `the settings of ${app}`, text: rest, isTarget: false }, env }
}

async function imageOf(app: string, { flyctl, signal }: ToolContext): Promise<string> {
  const { machines } = await flyctl.status(app, { signal })
  const running = machines.find(({ state }) => state === 'started') ?? machines[0]
  if (running?.image !== undefined) return running.image
  throw new FlyopsError('image_not_found', 'preflight', `${app} runs no image yet.`, {
    remedy: 'Deploy one to it first, or give `image`.',
  })
}

async function digestOf(image: string, app: string, context: ToolContext): Promise<string> {
  const { digest } = readFlyImage(image, context.registryHost)
  if (digest !== undefined) return digest
  const remote = await withRegistryLogin(context, (session) => session.inspectRemote(image))
  if (remote.kind === 'found') return remote.digest
  if (remote.kind === 'failed') throw notAnswered(image, remote.text)
  throw new FlyopsError(
    'image_not_found',
    'preflight',
    `The Fly registry does not show ${image} to this login.`,
    {
      remedy:
        'Push it first; where it belongs to another organization, that one’s login must copy it: its repositories are its own.',
      next: [next.listReleases({ app }, 'shows the images that it ran')],
    },
  )
}

function notAnswered(image: string, reason: string): FlyopsError {
  return new FlyopsError(
    'unknown_failure',
    'preflight',
    `The registry could not be asked for ${image}.`,
    {
      remedy: 'Try again; or give the image by its digest, as push_image returned it.',
      retry: 'yes',
      evidence: reason,
    },
  )
}

function needsOne(): FlyopsError {
  return new FlyopsError('invalid_input', 'preflight', 'image: give either it or `from_app`.', {
    remedy: 'Give `image` as push_image returned it, or `from_app`.',
  })
}
