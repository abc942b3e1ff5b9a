import type { Warning } from '../../errors.js'
import { readCommitTag } from '../commit-tag.js'
import type { ToolContext } from '../context.js'
import { given } from '../given.js'
import type { PlannedConfig } from '../plan/config.js'
import { configChanges } from '../plan/config-changes.js'
import { planMachines } from '../plan/machines.js'
import { planIdOf } from '../plan/plan-id.js'
import { bySource } from '../plan/settings.js'
import { type Recorded, withoutSecrets } from '../record/recorded.js'
import type { ToApprove } from '../rules/approval.js'
import { summaryOf } from '../rules/summary.js'
import type { DeployableImage } from './deployable-image.js'
import { type DeployInput, deployInput } from './input.js'

interface PlannedDeploy {
  readonly request: DeployInput
  readonly operation: Recorded
  /** What the call says of it that the deploy does not, a line each. */
  readonly about?: readonly string[] | undefined
  readonly config: PlannedConfig
  readonly image: DeployableImage
  readonly warnings: readonly Warning[]
}

/** What somebody else may have to approve of: void where anything of it has changed. */
export function toApprove(planned: PlannedDeploy, context: ToolContext): ToApprove {
  const {
    request,
    config: { composed },
    image: { digest = request.image, before },
  } = planned
  const machines = before.machines.map(({ id, imageDigest }) => [id, imageDigest]).sort()
  const world = [given(deployInput, request), digest, composed.text, before.release, machines]
  return {
    plan_id: planIdOf(world),
    image: request.image,
    summarize: () => summarize(planned, context),
  }
}

async function summarize(
  { request, operation, about, config, image: { before }, warnings }: PlannedDeploy,
  context: ToolContext,
): Promise<string[]> {
  const { ha, machines: count } = request
  const fleet = { composed: config.composed, machines: before.machines, ha, count }
  const { cost, ...machines } = planMachines(fleet)
  const { commit } = readCommitTag(request.image)
  const lines = summaryOf({
    called: withoutSecrets(operation.args),
    changes: await configChanges(before, config, context),
    machines,
    cost,
    settings: bySource(config.settings),
    warnings,
  })
  return [...(about ?? (commit === undefined ? [] : [`commit ${commit}`])), ...lines]
}
