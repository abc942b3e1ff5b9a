import type { Holder } from '../../jobs/app-locks.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { isDeploy, type Judged, judgeWhatRuns } from './judge-what-runs.js'

/**
 * What became of the work that keeps an app closed and whose instance is gone: judged by what runs, never done again.
 * Where it is over, what is proven is written down, and the app is free. Until then its flyctl may be at work, for as long
 * as a deploy may take. Undefined where the instance is there.
 */
export async function judgeLeft(
  holder: Holder,
  operation: Operation,
  context: ToolContext,
): Promise<Judged | undefined> {
  const { standing = 'runs' } = holder
  if (standing === 'runs') return undefined
  const deploy = await deployOf(operation, context)
  const { judged, isOver } = await judgeWhatRuns(deploy ?? operation, context)
  if (standing === 'silent') {
    // It may come back, and go on where it stood.
    const note =
      'Its process says nothing, but every machine runs what it deployed, and the app is healthy.'
    return judged.status === 'done' ? { ...judged, note } : undefined
  }
  const openAt = Date.parse(holder.since) + context.limits.deploy.totalMs
  if (!isOver && Date.now() < openAt) return stillClosed(operation, judged)
  for (const each of new Set([deploy ?? operation, operation]))
    await writeDown(each, judged, context)
  await context.appLocks.open(`${operation.platform}-${operation.app}`, holder)
  return judged
}

/** Opens an app that a job keeps closed whose instance is gone; false where there is none. */
export async function openLeft(operation: Operation, context: ToolContext): Promise<boolean> {
  const app = `${operation.platform}-${operation.app}`
  const holder = await context.appLocks.holder(app)
  if (holder?.jobId !== operation.id || holder.standing !== 'gone') return false
  const deploy = (await deployOf(operation, context)) ?? operation
  const message = 'Its process was gone, and cancel_job opened the app.'
  for (const each of new Set([deploy, operation]))
    await context.journal.append({
      ...endOf(each),
      status: 'cancelled',
      code: 'cancelled',
      message,
    })
  await context.appLocks.open(app, holder)
  return true
}

/** The deploy itself, where it was one step of something larger; undefined where that had not come so far. */
async function deployOf(
  operation: Operation,
  { journal }: ToolContext,
): Promise<Operation | undefined> {
  if (isDeploy(operation)) return operation
  const { operations } = await journal.read()
  return operations.findLast(
    (each) =>
      isDeploy(each) &&
      each.app === operation.app &&
      each.platform === operation.platform &&
      each.end === undefined &&
      each.startedAt >= operation.startedAt,
  )
}

function stillClosed({ id }: Operation, { result }: Judged): Judged {
  return {
    status: 'running',
    note: 'The flyops that did it is gone, and its flyctl may be at work: the app stays closed until what runs proves how that ended. cancel_job opens it, where you know that the machine is gone too.',
    ...(result === undefined ? {} : { result }),
    next: [next.getJob({ job_id: id }, 'judges again')],
  }
}

/** Its own end, where that comes after all, stands above this one. */
async function writeDown(
  operation: Operation,
  { status, result, note }: Judged,
  { journal }: ToolContext,
): Promise<void> {
  if (status !== 'done' && status !== 'failed') return
  await journal.append({
    ...endOf(operation),
    status,
    ...(result === undefined ? {} : { result }),
    ...(status === 'failed' ? { code: 'instance_lost', message: note ?? '' } : {}),
  })
}

function endOf({ id, startedAt }: Operation) {
  const now = new Date()
  const durationMs = Math.max(0, now.getTime() - Date.parse(startedAt))
  return { event: 'ended', id, at: now.toISOString(), durationMs } as const
}
