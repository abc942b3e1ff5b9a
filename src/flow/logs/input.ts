import { z } from 'zod'
import * as fields from '../fields.js'

/** What get_logs takes. */
export const getLogsInput = z.strictObject({
  app: fields.app,
  machine: z
    .string()
    .regex(/^[a-z0-9]{1,32}$/, 'must be a machine id')
    .optional()
    .describe('Machine id; default: all'),
  lines: z.number().int().min(1).max(200).default(50).describe('How many lines'),
  since: fields.duration.optional().describe('Only what is not older, such as 10m'),
})

export type GetLogsInput = z.output<typeof getLogsInput>
