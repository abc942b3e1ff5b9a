import { z } from 'zod'
import * as fields from '../fields.js'

/** What list_images takes. */
export const listImagesInput = z.strictObject({
  app: fields.app.optional().describe('Only images of this app; default: all'),
  limit: z.number().int().min(1).max(50).default(20).describe('How many images, newest first'),
})

export type ListImagesInput = z.output<typeof listImagesInput>
