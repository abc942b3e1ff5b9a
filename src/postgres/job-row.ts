import { z } from 'zod'
import type { ErrorCode } from '../error-codes.js'
import { FlyopsError, type Stage } from '../errors.js'
import type { Ending, Job } from '../jobs/job.js'
import { type Redact, redactDeep } from '../process/redact.js'

/** A job as the table has it, with how its instance stands. */
export interface JobRow {
  readonly id: string
  readonly instance: string
  readonly owner: string
  readonly tool: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly state: string
  /** Null while it runs. */
  readonly ending: string | null
  readonly standing: 'runs' | 'silent' | 'gone'
}

const stateForm = z.object({
  stage: z.custom<Stage>((value) => typeof value === 'string'),
  percent: z.number().optional(),
  lastLine: z.string(),
  elapsedMs: z.number(),
  lines: z.array(z.string()),
})

export type JobState = z.output<typeof stateForm>

/** As many as get_job shows at most. */
const keptLines = 100

/** What others are told of a job that runs; redacted. */
export function stateOf(job: Job, redact: Redact): string {
  const { updatedAt: _, ...snapshot } = job.snapshot()
  return JSON.stringify(redactDeep({ ...snapshot, lines: job.lines(keptLines) }, redact))
}

export function readState({ state }: Pick<JobRow, 'state'>): JobState {
  return stateForm.parse(JSON.parse(state))
}

const errorForm = z.looseObject({
  code: z.custom<ErrorCode>((value) => typeof value === 'string'),
  stage: z.custom<Stage>((value) => typeof value === 'string'),
  message: z.string(),
})

const endingForm = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), value: z.unknown() }),
  z.object({ status: z.enum(['failed', 'cancelled']), error: errorForm }),
  z.object({ status: z.literal('lost') }),
])

/** What stands where the end of a job is not known, for its instance is gone. */
export const lostEnding = JSON.stringify({ status: 'lost' })

/** How a job ended, redacted. */
export function endingText(ending: Ending<unknown>, redact: Redact): string {
  if (ending.status === 'done') return JSON.stringify(redactDeep(ending, redact))
  const { status, error } = ending
  const known =
    error instanceof FlyopsError ? error : new FlyopsError('internal', 'preflight', 'It failed.')
  return JSON.stringify(redactDeep({ status, error: known.describe() }, redact))
}

/** Undefined where nobody knows how it ended. */
export function readEnding(text: string): Ending<unknown> | undefined {
  const ending = endingForm.parse(JSON.parse(text))
  if (ending.status === 'lost') return undefined
  if (ending.status === 'done') return { status: 'done', value: ending.value }
  const { code, stage, message, ...details } = ending.error
  return { status: ending.status, error: new FlyopsError(code, stage, message, details) }
}
