import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError, hasCode } from '../../errors.js'
import { waitForJob } from '../../jobs/wait-for-job.js'
import { bounded, type ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { ownOperation } from '../record/own-operation.js'
import { describeJob, type JobAnswer } from './answer.js'
import type { GetJobInput } from './input.js'
import { judgeOrphan } from './orphaned-operation.js'

/** Waits for a job, of this process or another. Raises `job_not_found`, and `busy` for another's. */
export async function waitForResult(
  { job_id: jobId, wait_seconds: waitSeconds, log_lines: logLines }: GetJobInput,
  context: ToolContext,
): Promise<JobAnswer> {
  const waitMs = fields.waitMs(waitSeconds, context)
  const job = await context.jobs.find(jobId, context.owner)
  if (job === undefined) return bounded(context, () => waitForOrphan(jobId, waitMs, context))
  const deadline = performance.now() + waitMs
  await waitForJob(job, { ...context, waitMs, onProgress: context.progress })
  const ending = job.ending()
  if (ending?.status !== 'failed' || !hasCode(ending.error, 'instance_lost'))
    return describeJob(job, logLines)
  const leftMs = Math.max(0, deadline - performance.now())
  return bounded(context, () => waitForOrphan(jobId, leftMs, context))
}

const lookMs = 1_000

/** Another process may still be at it: its end is looked for each second. */
async function waitForOrphan(
  jobId: string,
  waitMs: number,
  context: ToolContext,
): Promise<JobAnswer> {
  const deadline = performance.now() + waitMs
  let answer = await judgeOrphan(await findOrphan(jobId, context), context)
  while (answer.status === 'running' && performance.now() + lookMs < deadline) {
    await sleep(lookMs, undefined, { signal: context.signal })
    answer = await judgeOrphan(await findOrphan(jobId, context), context)
  }
  return answer
}

async function findOrphan(jobId: string, context: ToolContext) {
  const operation = await ownOperation(jobId, context)
  if (operation !== undefined) return operation
  throw new FlyopsError('job_not_found', 'preflight', `There is no job ${jobId}.`, {
    remedy:
      'Results are kept for an hour after the end. Make the call again whose job it was: what is done already is not done twice.',
  })
}
