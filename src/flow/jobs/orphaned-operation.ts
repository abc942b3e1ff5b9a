import type { Operation } from '../../journal/journal.js'
import { processOf } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { next } from '../next.js'
import { ownOperation } from '../record/own-operation.js'
import type { JobAnswer } from './answer.js'
import { judgeWhatRuns, lookAt } from './judge-what-runs.js'
import { judgeLeft } from './left-deploy.js'

/** What is known of an operation that another process of flyops did, or began and left. */
export async function judgeOrphan(operation: Operation, context: ToolContext): Promise<JobAnswer> {
  const { id, tool, app, end } = operation
  const answer = { job_id: id, tool }
  if (end !== undefined) {
    const { status, code, message, result, failure = {} } = end
    const { next: offered, ...told } = failure
    const error = code === undefined ? {} : { code, message, ...told }
    const calls = fields.next.safeParse(offered).data ?? [lookAt(app)]
    return { ...answer, status, result: { app, ...result, ...error }, next: calls }
  }
  if (operation.platform !== context.registryHost) {
    const note = `It ran on ${operation.platform}, and this flyops works on ${context.registryHost}.`
    return { ...answer, status: 'unknown', note }
  }
  const holder = await context.appLocks.holder(`${operation.platform}-${app}`)
  if (holder?.jobId === id) {
    const left = await judgeLeft(holder, operation, context)
    if (left !== undefined) return { ...answer, ...left }
    const note = `It runs in another process of flyops (${processOf(holder)}).`
    return { ...answer, status: 'running', note, next: [next.getJob({ job_id: id }, 'asks again')] }
  }
  // Its end is written down before the app is free: it may have ended since it was looked for.
  const newest = await ownOperation(id, context)
  if (newest?.end !== undefined) return judgeOrphan(newest, context)
  const { judged } = await judgeWhatRuns(operation, context)
  return { ...answer, ...judged }
}
