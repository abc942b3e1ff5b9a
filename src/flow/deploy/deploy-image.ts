import { durationMs } from '../../durations.js'
import { deploy as deployCommand } from '../../fly/commands.js'
import type { Machine } from '../../fly/flyctl.js'
import type { Limits } from '../../jobs/job.js'
import { configName } from '../../project/written-config.js'
import type { ToolContext } from '../context.js'
import { given } from '../given.js'
import { next } from '../next.js'
import type { PlannedConfig } from '../plan/config.js'
import { configChanges } from '../plan/config-changes.js'
import { pricedOn } from '../plan/machine-prices.js'
import { runningCosts } from '../plan/running-costs.js'
import { type DeployPlan, describePlan, planDeploy } from './deploy.js'
import { type DeployInput, deployArguments, deployInput } from './input.js'
import { deployOrRollBack } from './rollback-on-failure.js'
import { needsSmokeChecks } from './smoke-checks.js'

/** Deploys and judges; or, for a dry run, shows what would be done. */
export function deployOrShow(request: DeployInput, context: ToolContext) {
  if (request.dry_run) return showPlan(request, context)
  const operation = { tool: 'deploy_image', app: request.app, args: given(deployInput, request) }
  return deployOrRollBack({ request, operation }, context)
}

const spareMs = 60_000

/** flyctl prints nothing while it waits for a machine, nor flyops while checks have their grace period. */
export function limitsOf(request: DeployInput, { totalMs, silenceMs }: Limits): Limits {
  const waits = [request.wait_timeout ?? '5m', request.grace_period ?? '0s'].map(
    (text) => durationMs(text) ?? 0,
  )
  const leastMs = Math.max(...waits) + spareMs
  return { totalMs: Math.max(totalMs, leastMs), silenceMs: Math.max(silenceMs, leastMs) }
}

async function showPlan(request: DeployInput, context: ToolContext) {
  const plan = await planDeploy({ request }, context)
  const described = describePlan(request, plan, context)
  const config_changes = await configChanges(plan.image.before, plan.config, context)
  return {
    ...described,
    settings: [...described.settings, ...priceOf(request, plan)],
    config_changes,
    ...dryRun(request, plan),
    warnings: [...plan.warnings],
  }
}

/** The last line of the settings; none where a size has no list price. */
function priceOf(
  { ha, machines: count }: DeployInput,
  { config: { composed }, image: { before } }: DeployPlan,
): readonly string[] {
  const costs = runningCosts({ composed, machines: before.machines, ha, count })
  return costs === undefined
    ? []
    : [
        `list prices of ${pricedOn}: at most $${costs.running} a month running, $${costs.at_rest} at rest`,
      ]
}

/** The command line that deploys, for people to read. */
export function commandLineOf(
  request: DeployInput,
  { composed }: PlannedConfig,
  machines: readonly Machine[],
): string {
  const smokeChecks = needsSmokeChecks({ composed, machines, ha: request.ha })
  const chosen = { configPath: configName(request.app), smokeChecks }
  return `flyctl ${deployCommand(deployArguments(request, chosen)).join(' ')}`
}

function dryRun(request: DeployInput, { config, image }: DeployPlan) {
  return {
    dry_run: {
      toml: config.composed.text,
      command: commandLineOf(request, config, image.before.machines),
      current_release: image.before.release,
    },
    next: [next.deployImage({ ...request, dry_run: false }, 'does what the dry run shows')],
  }
}
