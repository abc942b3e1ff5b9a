import { FlyopsError } from '../../errors.js'
import { waitForJob } from '../../jobs/wait-for-job.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { ownOperation } from '../record/own-operation.js'
import { describeJob, type JobAnswer } from './answer.js'
import type { CancelJobInput } from './input.js'
import { openLeft } from './left-deploy.js'

/** SIGINT, ten seconds, SIGTERM, and the look at what was done. */
const waitMs = 25_000

/** Stops a job of this process, and says what had happened. Raises `job_not_found`. */
export async function stopJob(
  { job_id: jobId }: CancelJobInput,
  context: ToolContext,
): Promise<JobAnswer> {
  const job = await context.jobs.find(jobId, context.owner)
  if (job === undefined) return cancelLeft(jobId, context)
  const hadEnded = job.ending() !== undefined
  job.stop('cancel_job')
  await waitForJob(job, { ...context, waitMs, onProgress: context.progress })
  const answer = describeJob(job, 0)
  return hadEnded ? { ...answer, note: 'It had ended before.' } : answer
}

/** Work whose instance is gone cannot be stopped, but need not keep its app closed any longer. */
async function cancelLeft(jobId: string, context: ToolContext): Promise<JobAnswer> {
  const operation = await ownOperation(jobId, context)
  if (operation !== undefined && (await openLeft(operation, context))) {
    return {
      status: 'cancelled',
      job_id: jobId,
      tool: operation.tool,
      note: 'The flyops that did it is gone; the app is open again. Look at what runs before the next deploy.',
      next: [next.checkHealth({ app: operation.app }, 'shows what runs now')],
    }
  }
  throw notOurs(jobId, operation, context)
}

function notOurs(
  jobId: string,
  operation: Operation | undefined,
  context: ToolContext,
): FlyopsError {
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
