import { z } from 'zod'
import * as fields from '../fields.js'

/** What check_health takes. */
export const checkHealthInput = z
  .strictObject({
    app: fields.app.optional(),
    apps: z.array(fields.app).min(1).max(20).optional().describe('Several apps, instead of app'),
    path: fields.urlPath.optional().describe('Path to GET; default: the one of its check'),
    expect_text: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Text that the answer must contain'),
    expect_image: fields.image.optional().describe('Image that all machines must carry'),
    timeout: fields.duration
      .optional()
      .describe('Time limit; default 30s, for several apps 10s each')
      .meta(fields.untold),
  })
  .refine(({ app, apps }) => (app === undefined) !== (apps === undefined), {
    message: 'give either `app` or `apps`',
  })

export type CheckHealthInput = z.output<typeof checkHealthInput>
