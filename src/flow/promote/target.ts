import { FlyopsError, hasCode, type NextCall } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { lostVariables } from '../../fly-toml/live-changes.js'
import { runningBase } from '../../fly-toml/running.js'
import { assessHealth } from '../../health/assess.js'
import type { Verdict } from '../../health/verdict.js'
import { together } from '../../side-by-side.js'
import type { ToolContext } from '../context.js'
import { deployApp } from '../deploy/deploy.js'
import { commandLineOf } from '../deploy/deploy-image.js'
import { type DeployInput, deployInput } from '../deploy/input.js'
import { failedApp } from '../failed-app.js'
import { failureOf } from '../failure.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { type PlannedConfig, planConfig } from '../plan/config.js'
import { changesOf } from '../plan/config-changes.js'
import { isDeployed } from '../plan/deployed-already.js'
import { bySource } from '../plan/settings.js'
import { operationsHere } from '../record/operations-here.js'
import { checkBounds } from '../rules/bounds.js'
import { undoing } from '../undo.js'
import { losesVariables, notThere, otherOrganization } from './failures.js'
import type { Source } from './source.js'
import type { Validate } from './validation.js'

export interface Promotion extends Source {
  /** Folder of the tomls. */
  readonly context: string
  readonly isPlan: boolean
  /** Whether a plan shows the tomls and the command lines. */
  readonly isDetailed: boolean
  /** Whether the apps get the variables of the source. */
  readonly copyEnv: boolean
  /** Keys of the toml that the caller sets, by app. */
  readonly setOf: (app: string) => readonly string[] | undefined
  readonly validate: Validate
}

export interface TargetResult {
  readonly app: string
  readonly status: 'planned' | 'deployed' | 'skipped' | 'failed'
  readonly release?: number | undefined
  readonly verdict?: Verdict | undefined
  /** What it ran before. */
  readonly image_before?: string
  readonly config_from?: string
  /** Of a plan: the file, the command line, and each setting with who says so. */
  readonly toml?: string
  readonly command?: string
  readonly settings?: string[]
  /** What differs from what the app runs with, one `key: old → new` each. */
  readonly changes?: string[]
  /** Variables and secrets of the source that the app lacks. */
  readonly names_missing?: string[]
  /** Those that it has beside them. */
  readonly names_added?: string[]
  readonly code?: string
  readonly reason?: string
  /** What a failed one runs now. */
  readonly live?: string
  readonly error?: FlyopsError
  /** Secrets of the source that the app lacks. */
  readonly lacking?: readonly string[]
  readonly undo?: readonly NextCall[]
}

/** Promotes to one app; what goes wrong there is its result. */
export async function promoteTo(
  app: string,
  promotion: Promotion,
  context: ToolContext,
): Promise<TargetResult> {
  try {
    return await promote(app, promotion, context)
  } catch (cause) {
    const { image, context: folder } = promotion
    const args = given(deployInput, { app, image, context: folder, set: promotion.setOf(app) })
    const known = promotion.isPlan && hasCode(cause, 'app_not_found') ? notThere(app) : cause
    const told = await sayingWhatLives(known, app, context)
    const error = failureOf(told, { ...context, tool: 'deploy_image', args })
    return { ...failedApp(app, error), error }
  }
}

async function promote(
  app: string,
  promotion: Promotion,
  context: ToolContext,
): Promise<TargetResult> {
  const { image, digest, isPlan, org } = promotion
  const [status, secrets, settings] = await together([
    context.flyctl.status(app, context),
    context.flyctl.secretNames(app, context),
    context.flyctl.runningConfig(app, context).catch((error: FlyopsError) => error),
  ])
  if (org !== undefined && org !== status.org) throw otherOrganization(promotion, status)
  const live = status.machines.length > 0 ? settings : undefined
  if (live instanceof FlyopsError) throw live
  const env = promotion.copyEnv ? promotion.env : undefined
  const set = promotion.setOf(app)
  const request = deployInput.parse({ app, image, context: promotion.context, env, set })
  // An app that runs keeps what is its own; a new one has nothing yet.
  const fallback = live === undefined ? promotion.base : runningBase(live)
  const config = await planConfig(request, context, { fallback, app: Promise.resolve(status) })
  checkBounds({ app, ha: request.ha, config, before: status }, context)
  const lost = live === undefined ? [] : lostVariables(live, config.composed.text)
  const losing = lost.filter((name) => !secrets.includes(name))
  if (losing.length > 0) throw losesVariables(request, config.from, losing)
  const [before] = status.machines
  const about = {
    app,
    ...(before?.image === undefined ? {} : { image_before: before.image }),
    config_from: config.from,
    ...differences(config, secrets, promotion),
  }
  if (await runsWell(status, { config, digest }, context))
    return { ...about, status: 'skipped', verdict: 'healthy' }
  if (isPlan) {
    const changes =
      live === undefined ? config.composed.changes : changesOf(status, live, config.composed.text)
    return {
      ...about,
      changes: [...changes],
      ...planned(request, config, { ...status, isDetailed: promotion.isDetailed }),
      status: 'planned',
    }
  }
  const operation = { tool: 'deploy_image', app, args: given(deployInput, request) }
  const { release, verdict, next } = await deployApp(
    {
      request,
      operation,
      config,
      known: { digest, app: status, findings: await promotion.validate(config) },
    },
    {
      ...context,
      isStep: true,
      progress: () => context.progress({ message: `${app}: deploying`, stage: 'deploy' }),
    },
  )
  return { ...about, status: 'deployed', release, verdict, undo: undoing(next) }
}

function planned(
  request: DeployInput,
  config: PlannedConfig,
  { machines, isDetailed }: AppStatus & Pick<Promotion, 'isDetailed'>,
) {
  const command = commandLineOf(request, config, machines)
  return {
    ...(isDetailed ? { toml: config.composed.text, command } : {}),
    settings: bySource(config.settings),
  }
}

function differences(
  { composed }: PlannedConfig,
  secrets: readonly string[],
  { names, secrets: ofSource }: Promotion,
) {
  const own = [...Object.keys(composed.env), ...secrets]
  const lacking = ofSource.filter((name) => !own.includes(name))
  const missing = names.filter((name) => !own.includes(name))
  const added = own.filter((name) => !names.includes(name))
  return {
    ...(missing.length === 0 ? {} : { names_missing: missing }),
    ...(added.length === 0 ? {} : { names_added: added }),
    lacking,
  }
}

const probeMs = 10_000

async function runsWell(
  app: AppStatus,
  wanted: { readonly config: PlannedConfig; readonly digest: string },
  context: ToolContext,
): Promise<boolean> {
  if (!isDeployed({ app, ...wanted }, await operationsHere(context))) return false
  const { verdict } = await assessHealth(context, {
    app: app.name,
    path: wanted.config.composed.checkPath,
    expectedDigest: wanted.digest,
    timeoutMs: probeMs,
    signal: context.signal,
  })
  return verdict === 'healthy'
}
