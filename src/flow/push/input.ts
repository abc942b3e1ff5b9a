import { z } from 'zod'
import * as fields from '../fields.js'

/** What push_image takes. */
export const pushInput = z.strictObject({
  image: fields.image,
  overwrite: z
    .boolean()
    .default(false)
    .describe('Move a commit tag that names other content in the registry'),
})

export type PushInput = z.output<typeof pushInput>
