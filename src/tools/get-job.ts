import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { waitForJob } from '../jobs/wait-for-job.js'
import { describeJob, type JobAnswer, jobOutput, summarizeJob } from './job-answer.js'
import { judgeLeft } from './left-operation.js'
import { ownOperation } from './own-operation.js'
import * as fields from './parameters.js'
import { bounded, defineTool, readsOnly, type ToolContext } from './tool.js'

const input = z.strictObject({
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

export const getJobTool = defineTool({
  name: 'get_job',
  title: 'Wait for a job',
  description:
    'Waits for a build, push or deploy that answered status running with a job_id, and returns its result. Call it again while the status is running. Results stay for an hour. A deploy that an earlier flyops left is judged by what runs now: unknown means that the evidence does not say.',
  annotations: readsOnly,
  isFree: true,
  input,
  output: jobOutput,
  async run({ job_id: jobId, wait_seconds: waitSeconds, log_lines: logLines }, context) {
    const waitMs = fields.waitMs(waitSeconds, context)
    const job = context.jobs.find(jobId, context.owner)
    if (job === undefined) return bounded(context, () => waitForLeft(jobId, waitMs, context))
    await waitForJob(job, { ...context, waitMs, onProgress: context.progress })
    return describeJob(job, logLines)
  },
  summarize: summarizeJob,
})

const lookMs = 1_000

/** Another process may still be at it: its end is looked for each second. */
async function waitForLeft(
  jobId: string,
  waitMs: number,
  context: ToolContext,
): Promise<JobAnswer> {
  const deadline = performance.now() + waitMs
  let answer = await judgeLeft(await findLeft(jobId, context), context)
  while (answer.status === 'running' && performance.now() + lookMs < deadline) {
    await sleep(lookMs, undefined, { signal: context.signal })
    answer = await judgeLeft(await findLeft(jobId, context), context)
  }
  return answer
}

async function findLeft(jobId: string, context: ToolContext) {
  const operation = await ownOperation(jobId, context)
  if (operation !== undefined) return operation
  throw new FlyopsError('job_not_found', 'preflight', `There is no job ${jobId}.`, {
    remedy:
      'Results are kept for an hour after the end. Make the call again whose job it was: what is done already is not done twice.',
  })
}
