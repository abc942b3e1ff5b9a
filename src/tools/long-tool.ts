import { z } from 'zod'
import { FlyopsError, type NextCall, type Stage } from '../errors.js'
import type { Job, Limits } from '../jobs/job.js'
import { waitForJob } from '../jobs/wait-for-job.js'
import { expected } from './expected.js'
import * as fields from './parameters.js'
import {
  defineTool,
  type LimitedWork,
  type Tool,
  type ToolContext,
  type ToolDefinition,
} from './tool.js'

type Shape = z.core.$ZodLooseShape

/** A tool whose work may outlive the call. */
export interface LongToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject>
  extends ToolDefinition<Input, Output> {
  /** Where its work begins. */
  readonly stage: Stage
  /** Whose limits hold. */
  readonly work: LimitedWork
  /** Raises the limits for calls that may take longer. */
  readonly limits?: (input: z.output<Input>, limits: Limits) => Limits
  /** Whether the work, at that stage, goes on where a caller cancels its request. */
  readonly outlivesCaller: (stage: Stage) => boolean
}

/** What a long tool answers while its work goes on. */
export const runningFields = {
  status: z.enum(['done', 'partly_done', 'running']),
  job_id: z.string().optional(),
  stage: z.string().optional(),
  percent: z.number().optional(),
  last_line: z.string().optional(),
  elapsed_ms: fields.count.optional(),
  next: fields.next.optional(),
} satisfies Shape

/**
 * A tool that answers after `wait_seconds` at the latest: with its result, or with a job that can be
 * asked for it. The same call made again waits for the job that runs.
 */
export function defineLongTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: LongToolDefinition<Input, Output>,
): Tool {
  const { name, limits: limitsOf = (_input, limits) => limits } = definition
  const tool = defineTool({
    ...definition,
    isFree: true,
    input: definition.input.extend({ wait_seconds: fields.waitSeconds }),
    output: definition.output.extend(runningFields),
    async run({ wait_seconds, ...given }, context) {
      const input = given as z.output<Input>
      const waitSeconds = wait_seconds as z.output<typeof fields.waitSeconds>
      const job = context.jobs.startOnce(`${name} ${JSON.stringify(input)}`, {
        tool: name,
        owner: context.owner,
        stage: definition.stage,
        limits: limitsOf(input, context.limits[definition.work]),
        run: (work) =>
          definition.run(input, { ...context, ...work }).catch((error: unknown) => {
            throw expected(error, { tool: name, signal: work.signal, log: context.log })
          }),
      })
      const waitMs = fields.waitMs(waitSeconds, context)
      return (await resultOf(job, definition.outlivesCaller, { ...context, waitMs })) as never
    },
    summarize: (output) =>
      output.status === 'running'
        ? `${name} goes on as job ${String(output.job_id)}: ${String(output.last_line)}`
        : definition.summarize(output as unknown as z.output<Output>),
  })
  return { ...tool, flags: definition.input }
}

async function resultOf(
  job: Job,
  outlivesCaller: (stage: Stage) => boolean,
  context: ToolContext,
): Promise<object> {
  const waited = await waitForJob(job, { ...context, onProgress: context.progress })
  if (waited === 'running') return describeRunning(job)
  if (waited === 'caller_gone') {
    // Another caller may have joined, and still waits.
    if (outlivesCaller(job.snapshot().stage) || context.keepsWork || job.isWatched())
      throw goesOn(job)
    job.stop('caller_gone')
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
    last_line: lastLine,
    elapsed_ms: elapsedMs,
    next: [getJob(job.id, 'waits for its result')],
  }
}

/** The call that asks for a job. */
export function getJob(jobId: string, why: string): NextCall {
  return { tool: 'get_job', arguments: { job_id: jobId }, why }
}

function goesOn(job: Job): FlyopsError {
  return new FlyopsError(
    'cancelled',
    job.snapshot().stage,
    `Nobody waits for this call of ${job.tool} any more; the work goes on as job ${job.id}.`,
    {
      remedy: 'Ask for the job, or stop it with cancel_job.',
      next: [getJob(job.id, 'shows how it goes on')],
    },
  )
}
