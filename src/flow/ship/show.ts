import type { ToolContext } from '../context.js'
import { findMissing } from '../deploy/required-secrets.js'
import { next } from '../next.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import { type ShipInput, withoutPlan } from './input.js'
import { type Shipped, showPlan } from './output.js'

/** With the file that has the values, so that the test gets them. */
export function shippingAgain(request: Parameters<typeof next.ship>[0]) {
  return (file: string | undefined) =>
    next.ship({ ...request, secrets_file: file }, 'then the app has them')
}

/** A secret that is missing is told beside the plan, with the calls that lead to the deed. */
export async function showAll(
  request: ShipInput,
  plan: ShipPlan,
  context: ToolContext,
): Promise<Shipped> {
  const again = shippingAgain(withoutPlan(request))
  const asked = { secretsFile: request.secrets_file, again }
  const missing = await findMissing(plan.deployRequest, context, asked)
  const shown = withApproval(await showPlan(request, plan, context), request, context)
  if (missing === undefined) return shown
  const text = `${missing.message} ${missing.remedy}`
  const warning = { code: missing.code, cosmetic: false, text }
  return { ...shown, warnings: [warning, ...(shown.warnings ?? [])], next: [...missing.next] }
}

/** A plan that says whose approval the deed will need. */
function withApproval(shown: Shipped, { app }: ShipInput, { rules }: ToolContext): Shipped {
  const by = rules?.boundsOf(app)?.approval
  if (by === undefined) return shown
  const text = `${by.join(' or ')} must approve of this plan before it is done.`
  const warning = { code: 'approval_needed', cosmetic: false, text }
  return { ...shown, warnings: [...(shown.warnings ?? []), warning] }
}
