import { z } from 'zod'
import * as fields from '../fields.js'

/** What list_apps takes. */
export const listAppsInput = z.strictObject({
  org: fields.orgSlug.optional().describe('Organization slug; default: all'),
  match: z.string().max(63).optional().describe('Only names that contain this text'),
  limit: z.number().int().min(1).max(100).default(20).describe('How many apps'),
})

export type ListAppsInput = z.output<typeof listAppsInput>
