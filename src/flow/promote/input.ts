import { z } from 'zod'
import { appAssignmentPattern } from '../../fly-toml/assignments.js'
import * as fields from '../fields.js'

/** What promote_image takes. */
export const promoteInput = z.strictObject({
  image: fields.image.optional(),
  from_app: fields.app.optional().describe('App whose running image is taken, instead of image'),
  apps: z
    .array(fields.app)
    .min(1)
    .max(50)
    .describe('Apps to deploy to, in this order; the first goes alone'),
  context: fields.context,
  wave_size: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(4)
    .describe('How many apps at a time, after the first')
    .meta(fields.untold),
  continue_on_failure: z
    .boolean()
    .default(false)
    .describe('Start later waves after a failure too')
    .meta(fields.untold),
  copy_env: z
    .boolean()
    .default(false)
    .describe('Take [env] of the source too, over that of each app'),
  set: z
    .array(
      z
        .string()
        .max(4096)
        .regex(appAssignmentPattern, 'must be key.of.tables=value, or APP:key=value'),
    )
    .max(100)
    .optional()
    .describe('Keys of fly.toml, of all or one: vm.cpus=2, shop-us:primary_region=iad'),
  plan_only: z
    .boolean()
    .default(false)
    .describe('Show settings and names that differ, change nothing'),
  details: fields.details.meta(fields.untold),
})

export type PromoteInput = z.output<typeof promoteInput>
