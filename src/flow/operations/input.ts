import { z } from 'zod'
import { ttlMs, ttlPattern } from '../../durations.js'
import * as fields from '../fields.js'

const time = z.iso.datetime({ offset: true }).or(z.iso.date())

/** What list_operations takes. */
export const listOperationsInput = z.strictObject({
  app: fields.app.optional().describe('Only what was done to this app; default: all'),
  since: z
    .string()
    .refine(
      (text) => ttlPattern.test(text) || time.safeParse(text).success,
      'must be like 90m, 24h or 7d, or a time such as 2027-01-04T08:00:00Z',
    )
    .optional()
    .describe(
      'Only what began since then: a time such as 2027-01-04 or 2027-01-04T08:00:00Z, or how long ago, such as 24h',
    ),
  limit: z.number().int().min(1).max(500).default(20).describe('How many, newest first'),
})

export type ListOperationsInput = z.output<typeof listOperationsInput>

/** The moment that `since` means, milliseconds since 1970. */
export function sinceMs(since: string): number {
  return ttlPattern.test(since) ? Date.now() - ttlMs(since) : Date.parse(since)
}
