import { z } from 'zod'
import { deploy as deployCommand } from '../fly/commands.js'
import { writeConfig } from '../fly-toml/write.js'
import { verdicts } from '../health/verdict.js'
import type { Limits } from '../jobs/job.js'
import { durationMs } from '../policy/durations.js'
import { type PlannedConfig, planConfig, validateConfig } from './deploy-config.js'
import { type DeployInput, deployInput, givenArguments } from './deploy-input.js'
import { rollOut } from './deploy-rollout.js'
import { type DeployableImage, findDeployable } from './deployable-image.js'
import {
  checkShape,
  describeChecks,
  describeMachine,
  describeProbe,
  machineShape,
  probeShape,
} from './health-output.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { type Note, recorded } from './recorded.js'
import { checkSecrets } from './required-secrets.js'
import { mayReplace, type ToolContext } from './tool.js'
import { withAppLock } from './with-app-lock.js'

const output = z.object({
  status: fields.status,
  app: z.string().optional(),
  release: fields.count.optional(),
  image: z.string().optional(),
  digest: z.string().optional(),
  config_path: z.string().optional(),
  config_from: z.string().optional(),
  config_changes: z.array(z.string()).optional(),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).optional(),
  machines: z.array(machineShape).optional(),
  checks: z.array(checkShape).optional(),
  probe: probeShape.optional(),
  warnings: fields.warnings.optional(),
  url: z.string().optional(),
  duration_ms: fields.count.optional(),
  dry_run: z
    .object({ toml: z.string(), command: z.string(), current_release: fields.count })
    .optional(),
  next: fields.next.optional(),
})

type Output = z.output<typeof output>

export const deployImage = defineLongTool({
  name: 'deploy_image',
  title: 'Deploy an image to an app',
  description:
    'Deploys an image of the Fly registry: writes fly-<app>.toml (fly.toml stays as it is), validates it, runs flyctl deploy, then judges by evidence whether the app is healthy. Give internal_port and health_path where the app differs from 8080 and /info. Takes 1 to 5 minutes and starts or replaces machines, which cost money; dry_run changes nothing. To go back, deploy an older image. Next: check_health.',
  annotations: mayReplace,
  input: deployInput,
  output,
  stage: 'deploy',
  work: 'deploy',
  outlivesCaller: true,
  limits: allowWaiting,
  run(request, context) {
    if (request.dry_run) return showPlan(request, context)
    const operation = { tool: 'deploy_image', app: request.app, args: givenArguments(request) }
    return withAppLock(request.app, context, () =>
      recorded(operation, context, (note) => deploy(request, context, note)),
    )
  },
  summarize({ app, image, verdict, release, url, dry_run }) {
    if (dry_run !== undefined)
      return `Dry run: ${image} would be deployed to ${app}; nothing was written.`
    return `${app} runs ${image} as release ${release ?? 'unknown'} and is ${verdict}: ${url}`
  },
})

const spareMs = 60_000

/** flyctl prints nothing while it waits for a machine, nor flyops while checks have their grace period. */
function allowWaiting(request: DeployInput, { totalMs, silenceMs }: Limits): Limits {
  const waits = [request.wait_timeout, request.grace_period ?? '0s'].map(
    (text) => durationMs(text) ?? 0,
  )
  const leastMs = Math.max(...waits) + spareMs
  return { totalMs: Math.max(totalMs, leastMs), silenceMs: Math.max(silenceMs, leastMs) }
}

async function plan(request: DeployInput, context: ToolContext) {
  const config = await planConfig(request, context)
  const image = await findDeployable(request, context)
  await checkSecrets(request, context)
  const findings = await validateConfig(config, context)
  return { config, image, warnings: [...image.warnings, ...findings] }
}

async function showPlan(request: DeployInput, context: ToolContext): Promise<Output> {
  const { config, image, warnings } = await plan(request, context)
  const described = describePlan(request, config, image, context)
  return { ...described, ...dryRun(request, config, image), warnings }
}

async function deploy(request: DeployInput, context: ToolContext, note: Note): Promise<Output> {
  const startedAt = performance.now()
  const { config, image, warnings } = await plan(request, context)
  const { text, checkPath } = config.composed
  await note({
    toml: text,
    digest: image.digest,
    check_path: checkPath,
    release_before: image.before.release,
  })
  await writeConfig(config.path, text)
  const { report, release, warnings: seen } = await rollOut({ request, config, image }, context)
  return {
    ...describePlan(request, config, image, context),
    ...(release === undefined ? {} : { release }),
    verdict: report.verdict,
    reasons: [...report.reasons],
    machines: report.status.machines.map(describeMachine),
    checks: [...describeChecks(report)],
    ...(report.probe === undefined ? {} : { probe: describeProbe(report.probe) }),
    warnings: [...warnings, ...seen],
    duration_ms: Math.round(performance.now() - startedAt),
    next: [
      { tool: 'check_health', arguments: { app: request.app }, why: 'looks again at any time' },
      { tool: 'list_releases', arguments: { app: request.app }, why: 'shows the way back' },
    ],
  }
}

function describePlan(
  request: DeployInput,
  config: PlannedConfig,
  image: DeployableImage,
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
    url: image.before.url,
  }
}

function dryRun(request: DeployInput, config: PlannedConfig, image: DeployableImage) {
  const configPath = `fly-${request.app}.toml`
  const args = deployCommand({
    app: request.app,
    configPath,
    image: request.image,
    ha: request.ha,
    waitTimeout: request.wait_timeout,
    strategy: request.strategy,
  })
  return {
    dry_run: {
      toml: config.composed.text,
      command: `flyctl ${args.join(' ')}`,
      current_release: image.before.release,
    },
    next: [
      {
        tool: 'deploy_image',
        arguments: givenArguments({ ...request, dry_run: false }),
        why: 'does what the dry run shows',
      },
    ],
  }
}
