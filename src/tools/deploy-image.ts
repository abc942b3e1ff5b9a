import { z } from 'zod'
import { durationMs } from '../durations.js'
import { deploy as deployCommand } from '../fly/commands.js'
import type { Limits } from '../jobs/job.js'
import { type DeployPlan, deployed, describePlan, planDeploy } from './deploy-app.js'
import { type DeployInput, deployInput, givenArguments } from './deploy-input.js'
import { summarizeDeployed } from './deployed-summary.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { deployOrReturn } from './rollback-on-failure.js'
import { mayReplace, type ToolContext } from './tool.js'

const output = deployed.extend({
  dry_run: z
    .object({ toml: z.string(), command: z.string(), current_release: fields.count })
    .optional(),
})

type Output = z.output<typeof output>

export const deployImage = defineLongTool({
  name: 'deploy_image',
  title: 'Deploy an image to an app',
  description:
    'Deploys an image of the Fly registry: writes fly-<app>.toml (fly.toml stays as it is), validates it, runs flyctl deploy, then judges by evidence whether the app is healthy. Give internal_port and health_path where the app differs from 8080 and /info. Takes 1 to 5 minutes and starts or replaces machines, which cost money; dry_run changes nothing. To go back: rollback. Next: check_health.',
  annotations: mayReplace,
  input: deployInput,
  output,
  stage: 'deploy',
  work: 'deploy',
  outlivesCaller: () => true,
  limits: allowWaiting,
  run(request, context) {
    if (request.dry_run) return showPlan(request, context)
    const operation = { tool: 'deploy_image', app: request.app, args: givenArguments(request) }
    return deployOrReturn({ request, operation }, context)
  },
  summarize: ({ dry_run, ...result }) =>
    dry_run === undefined
      ? summarizeDeployed(result)
      : `Dry run: ${result.image} would be deployed to ${result.app}; nothing was written.`,
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

async function showPlan(request: DeployInput, context: ToolContext): Promise<Output> {
  const plan = await planDeploy({ request }, context)
  const described = describePlan(request, plan, context)
  return { ...described, ...dryRun(request, plan), warnings: plan.warnings }
}

function dryRun(request: DeployInput, { config, image }: DeployPlan) {
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
