import { z } from 'zod'
import type { Operation } from '../../journal/journal.js'
import { localOwner, type ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { operationsHere } from '../record/operations-here.js'
import { approvalTool } from '../rules/approval.js'
import { type ListOperationsInput, sinceMs } from './input.js'

const operationShape = z.object({
  /** When it began, ISO 8601. */
  at: z.string(),
  who: z.string(),
  tool: z.string(),
  app: z.string(),
  /** `begun`: no end is written down. It runs, or its process died: that is not known here. */
  status: z.enum(['done', 'failed', 'cancelled', 'begun']),
  duration_ms: fields.count.optional(),
  /** Of the error. */
  code: z.string().optional(),
  commit: z.string().optional(),
  digest: z.string().optional(),
  release: fields.count.optional(),
  verdict: z.string().optional(),
  image: z.string().optional(),
  /** Of an approval: what was approved of. */
  plan_id: z.string().optional(),
  /** Of a step: the `id` of the ship, or other job, that it belongs to. */
  job_id: z.string().optional(),
  /** What get_job takes, for whoever did it. */
  id: z.string(),
})

/** What list_operations tells. */
export const operationsOutput = z.object({
  status: fields.status,
  operations: z.array(operationShape),
  total: fields.count,
})

/** Of a result: what proves what was done. Arguments are not told, for some hold what is nobody else's business. */
const proofs = operationShape.pick({
  commit: true,
  digest: true,
  release: true,
  verdict: true,
  image: true,
})

/** Who did what to which app, and when, newest first, as far as the journal remembers. Raises `journal_unreadable`. */
export async function listOperations(
  { app, since, limit }: ListOperationsInput,
  context: ToolContext,
): Promise<z.output<typeof operationsOutput>> {
  const fromMs = since === undefined ? 0 : sinceMs(since)
  const found = (await operationsHere(context)).filter(
    (operation) =>
      (app === undefined || operation.app === app) &&
      context.mayUseApp(operation.app) &&
      Date.parse(operation.startedAt) >= fromMs,
  )
  return {
    status: 'done',
    operations: found.slice(-limit).reverse().map(describe),
    total: found.length,
  }
}

function describe(operation: Operation): z.output<typeof operationShape> {
  const { id, tool, app, owner = localOwner, startedAt, end, job } = operation
  return {
    at: startedAt,
    who: owner,
    tool,
    app,
    status: end?.status ?? 'begun',
    ...(end === undefined ? {} : { duration_ms: end.durationMs }),
    ...(end?.code === undefined ? {} : { code: end.code }),
    ...proofs.safeParse(end?.result ?? {}).data,
    ...(tool === approvalTool ? { plan_id: String(operation.args.plan_id) } : {}),
    ...(job === undefined ? {} : { job_id: job }),
    id,
  }
}
