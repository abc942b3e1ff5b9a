import { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import type { Operation } from '../../journal/journal.js'
import { localOwner, type ToolContext } from '../context.js'
import { next } from '../next.js'
import { operationsHere } from '../record/operations-here.js'
import type { Note } from '../record/recorded.js'

/** What somebody is asked to approve of. */
export const askedApproval = z.object({
  plan_id: z.string(),
  image: z.string(),
  /** What would be done, a line each. */
  summary: z.array(z.string()),
  /** Names of owners and groups. */
  by: z.array(z.string()),
})

export type AskedApproval = z.output<typeof askedApproval>

/** A plan that somebody else may have to approve of. */
export interface ToApprove extends Pick<AskedApproval, 'plan_id' | 'image'> {
  /** What it would do to what runs, a line each; looked at only where somebody must approve of it. */
  summarize(): Promise<string[]>
}

export const approvalTool = 'approve_plan'

/** What was decided last week was about another world. */
const validMs = 24 * 60 * 60_000

/**
 * Raises `approval_needed` where a rule wants a plan of the app approved of, and nobody has who may; what is asked is
 * noted, so that whoever approves sees it.
 */
export async function checkApproval(
  app: string,
  { plan_id, image, summarize }: ToApprove,
  context: ToolContext,
  note: Note,
): Promise<void> {
  const by = context.rules?.boundsOf(app)?.approval
  if (by === undefined || context.isApproved) return
  const operations = await operationsHere(context)
  const isApproved = operations.some(isApprovalOf({ app, planId: plan_id, by }, context.owner))
  if (isApproved) return
  const asked: AskedApproval = { plan_id, image, summary: await summarize(), by: [...by] }
  await note({ approval: asked })
  throw new FlyopsError(
    'approval_needed',
    'preflight',
    `${by.join(' or ')} must approve of plan ${plan_id} for ${app} first, and not ${context.owner}.`,
    {
      remedy: `Ask one of them to call approve_plan with app ${app} and that plan_id; then make the same call again.`,
      retry: 'after_wait',
      // A person decides: what is offered shows it, and approves of nothing.
      next: [next.approvePlan({ app, plan_id, plan_only: true }, 'shows what is asked for')],
    },
  )
}

interface Wanted {
  readonly app: string
  readonly planId: string
  readonly by: readonly string[]
}

/** By somebody else, who was then one of those whom the rule names. */
function isApprovalOf({ app, planId, by }: Wanted, asker: string) {
  return (operation: Operation) =>
    operation.tool === approvalTool &&
    operation.app === app &&
    operation.args.plan_id === planId &&
    JSON.stringify(operation.args.by) === JSON.stringify(by) &&
    (operation.owner ?? localOwner) !== asker &&
    operation.end?.status === 'done' &&
    Date.now() - Date.parse(operation.startedAt) < validMs
}

/** What was asked last under an id, and by whom; undefined where nobody has. */
export function findAsked(
  { app, plan_id: planId }: { readonly app: string; readonly plan_id: string },
  operations: readonly Operation[],
): { readonly asked: AskedApproval; readonly owner: string; readonly tool: string } | undefined {
  const found = operations.flatMap((operation) => {
    const { data } = askedApproval.safeParse(operation.facts.approval)
    return operation.app === app && data?.plan_id === planId ? [{ operation, asked: data }] : []
  })
  const last = found.at(-1)
  return (
    last && {
      asked: last.asked,
      owner: last.operation.owner ?? localOwner,
      tool: last.operation.tool,
    }
  )
}
