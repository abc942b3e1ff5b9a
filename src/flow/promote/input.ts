import { z } from 'zod'
import * as fields from '../fields.js'

/** What promote_image takes. */
export const promoteInput = z.strictObject({
  image: fields.image.optional(),
  from_app: fields.app.optional().describe('Instead of image: what this app runs'),
  apps: z.array(fields.app).min(1).max(50).describe('In this order; the first goes alone'),
  context: fields.context,
  wave_size: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(4)
    .describe('How many apps at a time, after the first'),
  continue_on_failure: z.boolean().default(false).describe('Go on after a failure'),
  plan_only: z.boolean().default(false).describe('Show settings and names that differ'),
})

export type PromoteInput = z.output<typeof promoteInput>
