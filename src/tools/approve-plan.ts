import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { approvePlan as approve } from '../flow/rules/approve.js'
import { approveInput } from '../flow/rules/input.js'
import { defineTool, mayReplace } from './tool.js'

export const approvePlan = defineTool({
  name: 'approve_plan',
  title: 'Approve of a deploy',
  description:
    'Approves of a plan that a rule of this flyops lets nobody do alone, by the plan_id that the error approval_needed names; whoever asked then makes the same call again within a day. plan_only shows what is asked for. Only a person who is asked decides this: never approve on your own.',
  annotations: mayReplace,
  input: approveInput,
  output: z.object({
    status: fields.status,
    app: z.string(),
    plan_id: z.string(),
    approved: z.boolean(),
    tool: z.string(),
    asked_by: z.string(),
    approvers: z.array(z.string()),
    image: z.string(),
    /** What it changes, a line each. */
    plan: z.array(z.string()),
    warnings: fields.warnings.optional(),
    next: fields.next.optional(),
  }),
  examples: ['flyops approve-plan --app shop --plan-id 0123456789abcdef --plan-only'],
  run: approve,
  summarize({ app, plan_id, approved, asked_by, approvers, tool, image }) {
    const what = `plan ${plan_id}, ${tool} of ${image} to ${app}, asked for by ${asked_by}.`
    return approved
      ? `Approved: ${what}`
      : `To be approved: ${what} ${approvers.join(' or ')} may, and not ${asked_by}, once a person has decided it: approve_plan with app ${app} and plan_id ${plan_id}, without plan_only.`
  },
})
