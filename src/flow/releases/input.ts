import { z } from 'zod'
import * as fields from '../fields.js'

/** What list_releases takes. */
export const listReleasesInput = z.strictObject({
  app: fields.app,
  limit: z.number().int().min(1).max(25).default(10).describe('How many releases, newest first'),
})

export type ListReleasesInput = z.output<typeof listReleasesInput>
