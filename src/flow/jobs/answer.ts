import { z } from 'zod'
import { FlyopsError, type NextCall } from '../../errors.js'
import type { Job } from '../../jobs/job.js'
import * as fields from '../fields.js'
import { describeRunning } from './running.js'

export const jobStatuses = ['running', 'done', 'failed', 'cancelled', 'unknown'] as const

/** What get_job and cancel_job answer. */
export const jobOutput = z.object({
  status: z.enum(jobStatuses),
  job_id: z.string(),
  tool: z.string(),
  stage: z.string().optional(),
  percent: z.number().optional(),
  last_line: z.string().optional(),
  elapsed_ms: fields.count.optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  note: z.string().optional(),
  log: z.array(z.string()).optional(),
  next: fields.next.optional(),
})

export type JobAnswer = z.output<typeof jobOutput>

/** A job of this process, with the newest lines of its log. */
export function describeJob(job: Job, logLines: number): JobAnswer {
  const log = job.lines(logLines)
  const shown = { job_id: job.id, tool: job.tool, ...(log.length === 0 ? {} : { log: [...log] }) }
  const ending = job.ending()
  if (ending === undefined) return { ...shown, ...describeRunning(job) }
  const elapsed = { elapsed_ms: job.snapshot().elapsedMs }
  if (ending.status !== 'done') {
    return { ...shown, ...elapsed, status: ending.status, ...describeError(ending.error) }
  }
  const {
    next,
    status: _status,
    ...result
  } = ending.value as { readonly next?: NextCall[] } & Record<string, unknown>
  return { ...shown, ...elapsed, status: 'done', result, ...(next === undefined ? {} : { next }) }
}

/** What a call that waited would have raised. */
function describeError(error: unknown): Pick<JobAnswer, 'result' | 'next'> {
  if (!(error instanceof FlyopsError)) return {}
  const { next: offered, ...result } = error.describe()
  return { result, next: [...offered] }
}

/** One sentence for people about a job. */
export function summarizeJob({
  status,
  job_id: jobId,
  tool,
  result,
  last_line: last,
}: JobAnswer): string {
  const said = typeof result?.message === 'string' ? ` ${result.message}` : ''
  const running = status === 'running' ? `: ${last ?? ''}` : '.'
  return `Job ${jobId} (${tool}) is ${status}${running}${said}`
}
