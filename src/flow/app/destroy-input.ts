import { z } from 'zod'
import * as fields from '../fields.js'

/** What destroy_app takes. */
export const destroyInput = z.strictObject({
  app: fields.app,
  confirm: z.string().max(63).optional().describe('The name of the app once more'),
  context: fields.context.meta(fields.untold),
})

export type DestroyInput = z.output<typeof destroyInput>
