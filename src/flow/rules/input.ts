import { z } from 'zod'
import * as fields from '../fields.js'

export const approveInput = z.strictObject({
  app: fields.app,
  plan_id: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'must be a plan_id that an error named')
    .describe('Id that approval_needed names'),
  plan_only: z.boolean().default(false).describe('Show what is asked for, and approve of nothing'),
})

export type ApproveInput = z.output<typeof approveInput>
