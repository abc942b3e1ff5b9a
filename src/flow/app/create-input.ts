import { z } from 'zod'
import * as fields from '../fields.js'

/** What create_app takes. */
export const createInput = z.strictObject({
  app: fields.app.optional(),
  generate_name: z.boolean().optional().describe('Instead of app: Fly makes a name up'),
  org: fields.orgSlug
    .optional()
    .describe('Organization slug; default: FLYOPS_ORG, else the only one'),
})

export type CreateInput = z.output<typeof createInput>
