import { z } from 'zod'
import * as fields from '../fields.js'

/** What rollback takes. */
export const rollbackInput = z.strictObject({
  app: fields.app,
  to: z.number().int().min(1).optional().describe('Release; default: the last healthy one before'),
  context: fields.context,
})

export type RollbackInput = z.output<typeof rollbackInput>
