import type { Holder } from '../../jobs/app-locks.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { isDeploy, type Judged, judgeWhatRuns } from './judge-what-runs.js'

/**
 * What became of the work that keeps an app closed and whose instance is gone: judged by what runs, never done again.
 * Where that is proven it is written down, and the app is free. Until then its flyctl may be at work, for as long as a
 * deploy may take. Undefined where the instance is there.
 */
export async function judgeLeft(
  holder: Holder,
  operation: Operation,
  context: ToolContext,
): Promise<Judged | undefined> {
  const { standing = 'runs' } = holder
  if (standing === 'runs') return undefined
  const deploy = await deployOf(operation, context)
  const judged = await judgeWhatRuns(deploy ?? operation, context)
  const isProven = deploy === undefined || judged.status !== 'unknown'
  const isOver = Date.now() - Date.parse(holder.since) > context.limits.deploy.totalMs
  if (standing === 'silent') {
    // It may come back, and go on where it stood.
    const note =
      'Its process says nothing, but every machine runs what it deployed, and the app is healthy.'
    return judged.status === 'done' ? { ...judged, note } : undefined
  }
  if (!isProven && !isOver) return stillClosed(operation, judged)
  for (const { id } of new Set([deploy ?? operation, operation]))
    await writeDown(id, judged, context)
  await context.appLocks.open(`${operation.platform}-${operation.app}`, holder)
  return judged
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
    note: 'The flyops that did it is gone, and what runs does not prove yet how it ended: the app stays closed until it does.',
    ...(result === undefined ? {} : { result }),
    next: [next.getJob({ job_id: id }, 'judges again')],
  }
}

/** Its own end, where that comes after all, stands above this one. */
async function writeDown(
  id: string,
  { status, result, note }: Judged,
  { journal }: ToolContext,
): Promise<void> {
  if (status !== 'done' && status !== 'failed') return
  await journal.append({
    event: 'ended',
    id,
    at: new Date().toISOString(),
    status,
    durationMs: 0,
    ...(result === undefined ? {} : { result }),
    ...(status === 'failed' ? { code: 'instance_lost', message: note ?? '' } : {}),
  })
}
