import { z } from 'zod'
import * as fields from '../fields.js'

/** What check_health takes. */
export const checkHealthInput = z.strictObject({
  app: fields.app,
  path: fields.urlPath.optional().describe('Path to GET; default: the deployed check’s'),
  expect_text: z.string().min(1).max(500).optional().describe('Text that the answer must contain'),
  expect_image: fields.image.optional().describe('Image that every machine must carry'),
  timeout: fields.duration.default('30s').describe('Time limit of the whole check'),
})

export type CheckHealthInput = z.output<typeof checkHealthInput>
