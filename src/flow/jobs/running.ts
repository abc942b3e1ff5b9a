import { FlyopsError, type Stage } from '../../errors.js'
import type { Job } from '../../jobs/job.js'
import { waitForJob } from '../../jobs/wait-for-job.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'

/** The result of a job, or what is known of it where the caller waits no longer. Raises what the job raised. */
export async function resultOf(
  job: Job,
  outlivesCaller: (stage: Stage) => boolean,
  context: ToolContext,
): Promise<object> {
  const waited = await waitForJob(job, { ...context, onProgress: context.progress })
  if (waited === 'running') {
    context.task?.handOver(job)
    return describeRunning(job)
  }
  if (waited === 'caller_gone') {
    // Another caller may have joined, and still waits.
    const outlives = outlivesCaller(job.snapshot().stage) || context.keepsWork() || job.isWatched()
    // The command line ends with its caller, and the work with it: how that ends is told.
    if (outlives && Number.isFinite(context.waitMs)) throw goesOn(job)
    if (!outlives) job.stop('caller_gone')
  }
  const ending = await job.ended
  if (ending.status !== 'done') throw ending.error
  return ending.value as object
}

/** What is known of a job that runs, as results show it. */
export function describeRunning(job: Job) {
  const { stage, percent, lastLine, elapsedMs } = job.snapshot()
  return {
    status: 'running' as const,
    job_id: job.id,
    stage,
    ...(percent === undefined ? {} : { percent }),
    last_line: lastLine === '' ? `${stage}: begins` : lastLine,
    elapsed_ms: elapsedMs,
    next: [next.getJob({ job_id: job.id }, 'waits for its result')],
  }
}

function goesOn(job: Job): FlyopsError {
  return new FlyopsError(
    'cancelled',
    job.snapshot().stage,
    `Nobody waits for this call of ${job.tool} any more; the work goes on as job ${job.id}.`,
    {
      remedy: 'Ask for the job, or stop it with cancel_job.',
      next: [next.getJob({ job_id: job.id }, 'shows how it goes on')],
    },
  )
}
