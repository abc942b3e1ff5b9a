import type { ToolContext } from '../context.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import { withoutSecrets } from '../record/recorded.js'
import type { ToApprove } from '../rules/approval.js'
import { summaryOf } from '../rules/summary.js'
import { givenToShip, type ShipInput } from './input.js'
import { showPlan } from './output.js'
import { machinesOf } from './run-shape.js'

/** What somebody else may have to approve of: what the ship's own plan tells. */
export function toApprove(
  { request, plan }: { readonly request: ShipInput; readonly plan: ShipPlan },
  context: ToolContext,
): ToApprove {
  const { id, build } = plan
  return {
    plan_id: id,
    image: build.image,
    async summarize() {
      const { steps = {}, plan: shown, warnings = [] } = await showPlan(request, plan, context)
      const runsNow =
        shown?.runs_now === undefined ? '' : `; runs now: ${shown.runs_now.join(', ')}`
      const dirty = build.state.dirtyDigest === undefined ? '' : ' with uncommitted changes'
      const machines = machinesOf(plan)
      return [
        `commit ${build.state.commit}${dirty}${runsNow}`,
        `steps: ${Object.entries(steps)
          .map(([step, how]) => `${step} ${how}`)
          .join(', ')}`,
        ...summaryOf({
          called: withoutSecrets(givenToShip(request)),
          changes: shown?.toml_changes ?? [],
          machines,
          cost: machines.cost,
          settings: shown?.settings ?? [],
          warnings,
        }),
      ]
    },
  }
}
