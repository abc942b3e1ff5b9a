import { z } from 'zod'
import * as fields from '../fields.js'

/** What get_job takes. */
export const getJobInput = z.strictObject({
  job_id: fields.jobId,
  wait_seconds: fields.waitSeconds,
  log_lines: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('How many of the newest log lines to show'),
})

export type GetJobInput = z.output<typeof getJobInput>

/** What cancel_job takes. */
export const cancelJobInput = z.strictObject({ job_id: fields.jobId })

export type CancelJobInput = z.output<typeof cancelJobInput>
