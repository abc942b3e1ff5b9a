import { z } from 'zod'
import * as fields from '../fields.js'

/** What rollback takes. */
export const rollbackInput = z.strictObject({
  app: fields.app.optional(),
  apps: z
    .array(fields.app)
    .min(1)
    .max(50)
    .optional()
    .describe('Instead of app: several, each to its last healthy release'),
  to: z.number().int().min(1).optional().describe('Release; default: the last healthy one before'),
  context: fields.context,
})

export type RollbackRequest = z.output<typeof rollbackInput>

/** Of one app. */
export type RollbackInput = Omit<RollbackRequest, 'app' | 'apps'> & { readonly app: string }
