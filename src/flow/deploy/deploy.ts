import { z } from 'zod'
import { hasCode, type NextCall } from '../../errors.js'
import type { BaseConfig } from '../../fly-toml/fly-toml.js'
import { replaceConfig } from '../../fly-toml/write.js'
import { verdicts } from '../../health/verdict.js'
import { confirmAppLock, withAppLock } from '../app-lock.js'
import { builtElsewhere } from '../build/elsewhere.js'
import type { ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { readFlyImage } from '../fly-image.js'
import { describeHealth, healthShape } from '../health/output.js'
import { sayingWhatLives } from '../live.js'
import { next } from '../next.js'
import { type PlannedConfig, planConfig, validateConfig } from '../plan/config.js'
import { checkSizes, regionWarnings } from '../plan/config-faults.js'
import { otherExposedPort } from '../plan/exposed-port.js'
import { openSettings } from '../plan/measured.js'
import { findScaling } from '../plan/scaling.js'
import { bySource } from '../plan/settings.js'
import { type Note, type Recorded, recorded } from '../record/recorded.js'
import { checkApproval } from '../rules/approval.js'
import { checkBounds } from '../rules/bounds.js'
import { undo } from '../undo.js'
import { type DeployableImage, findDeployable, type KnownBefore } from './deployable-image.js'
import type { DeployInput } from './input.js'
import { tellOfLongWait } from './long-wait.js'
import { checkSecrets } from './required-secrets.js'
import { rollOut } from './rollout.js'
import { scaleMachines } from './scale.js'
import { toApprove } from './to-approve.js'

/** What is told of a deploy. */
export const deployed = z.object({
  status: fields.status,
  app: z.string().optional(),
  release: fields.count.optional(),
  image: z.string().optional(),
  digest: z.string().optional(),
  config_path: z.string().optional(),
  config_from: z.string().optional(),
  config_changes: z.array(z.string()).optional(),
  settings: z.array(z.string()).optional(),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).optional(),
  ...healthShape.partial().shape,
  warnings: fields.warnings.optional(),
  url: z.string().optional(),
  duration_ms: fields.count.optional(),
  next: fields.next.optional(),
})

export type Deployed = z.output<typeof deployed>

export interface Deployment {
  readonly request: DeployInput
  /** What the journal calls it. */
  readonly operation: Recorded
  /** What somebody who is to approve of it reads first, a line each. */
  readonly about?: readonly string[] | undefined
  /** As it was planned, shown and validated; else the deploy plans it. */
  readonly config?: PlannedConfig | undefined
  /** What an unplanned fly-<app>.toml starts from in place of the project's files. */
  readonly base?: BaseConfig | undefined
  readonly known?: KnownBefore | undefined
  /** Where the values of required secrets are, as the caller says. */
  readonly secretsFile?: string | undefined
  /** The call that was made, where the deploy is a part of it. */
  readonly again?: ((secretsFile: string | undefined) => NextCall) | undefined
}

/**
 * Deploys one app and judges it: writes fly-<app>.toml, runs flyctl, and keeps others from the app
 * meanwhile. Raises, with what the app runs then, `deploy_in_progress`, what the plan finds wrong, `deploy_failed` and `unhealthy`.
 */
export function deployApp(deployment: Deployment, context: ToolContext): Promise<Deployed> {
  return withAppLock(deployment.request.app, context, (locked) => deployLocked(deployment, locked))
}

/** The same for callers that have the app's lock. */
export function deployLocked(deployment: Deployment, context: ToolContext): Promise<Deployed> {
  return recorded(deployment.operation, context, (note) =>
    deploy(deployment, context, note).catch(async (error: unknown) => {
      throw await sayingWhatLives(error, deployment.request.app, context)
    }),
  )
}

export interface DeployPlan {
  readonly config: PlannedConfig
  readonly image: DeployableImage
  readonly warnings: NonNullable<Deployed['warnings']>
}

/** Everything that can be found out before anything is changed; raises what would keep it from working. */
export async function planDeploy(
  { request, config: planned, base, known, secretsFile, again }: Omit<Deployment, 'operation'>,
  context: ToolContext,
): Promise<DeployPlan> {
  const { digest } = readFlyImage(request.image, context.registryHost)
  const config = planned ?? (await planByImage(request, context, base))
  checkSizes(config, request)
  // Side by side, and the first of them that fails is told.
  const [image, secrets, findings] = await Promise.allSettled([
    findDeployable(request, context, { ...known, digest: known?.digest ?? digest }),
    checkSecrets(request, context, { secretsFile, again }),
    known?.findings ?? validateConfig(config, context),
  ])
  if (image.status === 'rejected') throw image.reason
  if (secrets.status === 'rejected') throw secrets.reason
  if (findings.status === 'rejected') throw findings.reason
  const { app, ha, machines: count } = request
  const { before } = image.value
  findScaling(count, { ...config, ...before })
  checkBounds({ app, ha, count, config, before }, context)
  return {
    config,
    image: image.value,
    warnings: [
      ...image.value.warnings,
      ...findings.value,
      ...regionWarnings(before, config, config.composed.changes),
    ],
  }
}

/**
 * Where nobody has written a toml, the port is that of the image; an app on another port than the defaults' has
 * no check by default, nor has one that no engine here could have tried.
 */
async function planByImage(
  request: DeployInput,
  context: ToolContext,
  base: BaseConfig | undefined,
): Promise<PlannedConfig> {
  const config = await planConfig(request, context, { base })
  // How much memory it needs nobody knows without a test.
  const open = openSettings(config).filter((name) => name !== 'memory')
  if (open.length === 0) return config
  const port = await otherExposedPort(request.image, context)
  const withoutCheck = open.includes('health_path')
  if (port === undefined)
    return builtElsewhere(context) === undefined
      ? config
      : planConfig(request, context, { base, withoutCheck })
  if (!open.includes('internal_port')) return planConfig(request, context, { base, withoutCheck })
  const known = { base, withoutCheck, foundSettings: { internal_port: 'image' } } as const
  return planConfig({ ...request, internal_port: port }, context, known)
}

async function deploy(deployment: Deployment, context: ToolContext, note: Note): Promise<Deployed> {
  const startedAt = performance.now()
  const { request } = deployment
  const { config, image, warnings } = await planDeploy(deployment, context)
  const planned = { ...deployment, config, image, warnings }
  await checkApproval(request.app, toApprove(planned, context), context, note)
  const { text, checkPath } = config.composed
  await note({
    toml: text,
    image: request.image,
    digest: image.digest,
    check_path: checkPath,
    release_before: image.before.release,
  })
  await confirmAppLock(request.app, context)
  const root = await context.folder.resolve('.', 'context', 'folder')
  const putBack = await replaceConfig({ root, path: config.path, text })
  const isWayBack = deployment.operation.tool === 'rollback'
  const endTelling = tellOfLongWait(config.composed.longestWaitMs, context)
  const rollout = rollOut({ request, config, image, isWayBack }, context).finally(endTelling)
  const {
    report: rolledOut,
    release,
    warnings: seen,
  } = await rollout.catch(async (error: unknown) => {
    if (!wasRolledOut(error)) await putBack()
    const verdict = hasCode(error, 'unhealthy') ? ('unhealthy' as const) : undefined
    const known = { before: image.before.release, verdict }
    throw await sayingWhatLives(error, request.app, context, known)
  })
  if (config.isLent) await putBack()
  const scaling = findScaling(request.machines, { ...config, ...rolledOut.status })
  const { app } = request
  const { digest } = image
  const report =
    scaling === undefined
      ? rolledOut
      : await scaleMachines({ ...scaling, app, digest, path: checkPath }, context)
  return {
    ...describePlan(request, { config, image }, context),
    ...(release === undefined ? {} : { release }),
    verdict: report.verdict,
    reasons: [...report.reasons],
    ...describeHealth(report),
    warnings: [...warnings, ...seen],
    duration_ms: Math.round(performance.now() - startedAt),
    next: [
      next.checkHealth({ app: request.app }, 'looks again at any time'),
      undo(image.before, request),
    ],
  }
}

/** flyctl had finished, and only the verdict is missing. */
function wasRolledOut(error: unknown): boolean {
  return hasCode(error, 'cancelled') && error.stage === 'health'
}

/** What is known of a deploy before it is made. */
export function describePlan(
  request: DeployInput,
  { config, image }: Pick<DeployPlan, 'config' | 'image'>,
  { folder }: ToolContext,
) {
  return {
    status: 'done' as const,
    app: request.app,
    image: request.image,
    ...(image.digest === undefined ? {} : { digest: image.digest }),
    config_path: folder.display(config.path),
    config_from: config.from,
    config_changes: [...config.composed.changes],
    settings: bySource(config.settings),
    ...(config.composed.serviceGroups.length === 0 ? {} : { url: image.before.url }),
  }
}
