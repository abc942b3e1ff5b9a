import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { operationsHere } from '../record/operations-here.js'
import { recorded } from '../record/recorded.js'
import { approvalTool, findAsked } from './approval.js'
import type { ApproveInput } from './input.js'

/**
 * Approves of a plan that somebody else may not do alone; or shows what is asked for. Raises `invalid_input` where
 * nobody has asked, and `forbidden` for whoever asked and for those whom the rule does not name.
 */
export async function approvePlan(request: ApproveInput, context: ToolContext) {
  const { app, plan_id, plan_only } = request
  const found = findAsked(request, await operationsHere(context))
  if (found === undefined) throw nothingAsked(request)
  const { asked, owner, tool } = found
  const shown = {
    status: 'done' as const,
    app,
    plan_id,
    tool,
    asked_by: owner,
    approvers: asked.by,
    image: asked.image,
    plan: asked.summary,
  }
  // No call is offered: a person decides.
  if (plan_only) return { ...shown, approved: false }
  if (owner === context.owner) throw notYours(`${owner} asked for it`)
  if (!context.rules?.isAmong(asked.by)) throw notYours(`it takes ${asked.by.join(' or ')}`)
  const operation = { tool: approvalTool, app, args: { app, plan_id, by: asked.by } }
  return recorded(operation, context, async () => ({ ...shown, approved: true }))
}

function nothingAsked({ app, plan_id }: ApproveInput): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'preflight',
    `plan_id: nobody has asked for approval of ${plan_id} for ${app} here.`,
    { remedy: 'Take the id out of the error approval_needed; a new commit makes a new one.' },
  )
}

function notYours(why: string): FlyopsError {
  return new FlyopsError('forbidden', 'preflight', `This approval is not yours to give: ${why}.`, {
    remedy: 'Ask somebody else whom the rule names.',
  })
}
