import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { waitForJob } from '../jobs/wait-for-job.js'
import { describeJob, type JobAnswer, jobOutput, summarizeJob } from './job-answer.js'
import { ownOperation } from './own-operation.js'
import * as fields from './parameters.js'
import { defineTool, mayReplace, type ToolContext } from './tool.js'

const input = z.strictObject({ job_id: fields.jobId })

/** SIGINT, ten seconds, SIGTERM, and the look at what was done. */
const waitMs = 25_000

export const cancelJob = defineTool({
  name: 'cancel_job',
  title: 'Stop a job',
  description:
    'Stops a build, push or deploy by its job_id, and says what had already happened. A deploy is interrupted: machines that were replaced stay replaced, and leases may keep the next deploy waiting. A job that has ended stays as it is.',
  annotations: mayReplace,
  isFree: true,
  input,
  output: jobOutput,
  async run({ job_id: jobId }, context): Promise<JobAnswer> {
    const job = context.jobs.find(jobId, context.owner)
    if (job === undefined) throw await notOurs(jobId, context)
    const hadEnded = job.ending() !== undefined
    job.stop('cancel_job')
    await waitForJob(job, { ...context, waitMs, onProgress: context.progress })
    const answer = describeJob(job, 0)
    const leases =
      'Interrupted. Machines may be held by a lease, which keeps the next deploy waiting: 13 seconds for those that were updated, up to wait_timeout for new ones.'
    if (hadEnded) return { ...answer, note: 'It had ended before.' }
    return job.tool === 'deploy_image' && answer.status !== 'done'
      ? { ...answer, note: leases }
      : answer
  },
  summarize: summarizeJob,
})

async function notOurs(jobId: string, context: ToolContext): Promise<FlyopsError> {
  const operation = await ownOperation(jobId, context)
  const other =
    operation !== undefined && operation.end === undefined && operation.pid !== context.pid
  const message = other
    ? `Job ${jobId} belongs to another process of flyops (${operation.pid}).`
    : `There is no job ${jobId} that runs.`
  return new FlyopsError('job_not_found', 'preflight', message, {
    remedy: other
      ? 'Stop it where it was started; get_job says how it stands.'
      : 'Nothing is left to stop.',
  })
}
