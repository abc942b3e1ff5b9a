import type { FlyopsError, NextCall } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { assessHealth } from '../../health/assess.js'
import type { Verdict } from '../../health/verdict.js'
import { cutText } from '../../process/plain-text.js'
import type { ToolContext } from '../context.js'
import { deployApp } from '../deploy/deploy.js'
import { commandLineOf } from '../deploy/deploy-image.js'
import { type DeployInput, deployInput } from '../deploy/input.js'
import { failureOf } from '../failure.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { type PlannedConfig, planConfig } from '../plan/config.js'
import { isDeployed } from '../plan/deployed-already.js'
import { operationsHere } from '../record/operations-here.js'
import { checkBounds } from '../rules/bounds.js'
import { undoing } from '../undo.js'
import { otherOrganization } from './failures.js'
import type { Source } from './source.js'
import type { Validate } from './validation.js'

export interface Promotion extends Source {
  /** Folder of the tomls. */
  readonly context: string
  readonly isPlan: boolean
  readonly validate: Validate
}

export interface TargetResult {
  readonly app: string
  readonly status: 'planned' | 'deployed' | 'skipped' | 'failed'
  readonly release?: number | undefined
  readonly verdict?: Verdict | undefined
  readonly config_from?: string
  /** Of a plan: the file, the command line, and each setting with who says so. */
  readonly toml?: string
  readonly command?: string
  readonly settings?: string[]
  /** Variables and secrets of the source that the app lacks. */
  readonly names_missing?: string[]
  /** Those that it has beside them. */
  readonly names_added?: string[]
  readonly code?: string
  readonly reason?: string
  /** What a failed one runs now. */
  readonly live?: string
  readonly error?: FlyopsError
  readonly undo?: readonly NextCall[]
}

const longestReason = 200

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
    const args = { app, image, context: folder }
    const told = await sayingWhatLives(cause, app, context)
    const error = failureOf(told, { ...context, tool: 'deploy_image', args })
    const { code, live } = error
    const reason = cutText(error.message, longestReason)
    return { app, status: 'failed', code, reason, ...(live === undefined ? {} : { live }), error }
  }
}

async function promote(
  app: string,
  promotion: Promotion,
  context: ToolContext,
): Promise<TargetResult> {
  const { image, digest, isPlan, org } = promotion
  const [status, secrets] = await Promise.all([
    context.flyctl.status(app, context),
    context.flyctl.secretNames(app, context),
  ])
  if (org !== undefined && org !== status.org) throw otherOrganization(promotion, status)
  const request = deployInput.parse({ app, image, context: promotion.context })
  const config = await planConfig(request, context, { fallback: promotion.base })
  checkBounds({ app, ha: request.ha, config, before: status }, context)
  const about = {
    app,
    config_from: config.from,
    ...differences(config, secrets, promotion),
  }
  if (await runsWell(status, { config, digest }, context))
    return { ...about, status: 'skipped', verdict: 'healthy' }
  if (isPlan) return { ...about, ...planned(request, config, status), status: 'planned' }
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

function planned(request: DeployInput, config: PlannedConfig, { machines }: AppStatus) {
  return {
    toml: config.composed.text,
    command: commandLineOf(request, config, machines),
    settings: [...config.settings],
  }
}

function differences(
  { composed }: PlannedConfig,
  secrets: readonly string[],
  { names }: Promotion,
) {
  const own = [...Object.keys(composed.env), ...secrets]
  const missing = names.filter((name) => !own.includes(name))
  const added = own.filter((name) => !names.includes(name))
  return {
    ...(missing.length === 0 ? {} : { names_missing: missing }),
    ...(added.length === 0 ? {} : { names_added: added }),
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
