import { z } from 'zod'

/** What reap_previews takes. */
export const reapInput = z.strictObject({
  apply: z.boolean().default(false).describe('Destroy those that expired; else only show them'),
})

export type ReapInput = z.output<typeof reapInput>
