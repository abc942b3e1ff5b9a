import { FlyopsError } from '../errors.js'
import type { Holder } from '../jobs/app-locks.js'
import type { ToolContext } from './context.js'
import { judgeLeft } from './jobs/left-deploy.js'
import { next } from './next.js'

/**
 * Keeps others from deploying the app meanwhile. Raises `deploy_in_progress`, naming who does; so too where that one is
 * gone, and nothing proves yet how its deploy ended.
 */
export async function withAppLock<T>(
  app: string,
  context: ToolContext,
  work: (locked: ToolContext) => Promise<T>,
): Promise<T> {
  const lock = await takeOrJudge(app, context)
  if (lock.kind === 'held') throw inProgress(app, lock.holder)
  try {
    return await work({ ...context, guard: lock.guard, isHeld: lock.isHeld })
  } finally {
    await lock.release()
  }
}

/** Before flyctl is started. Raises `deploy_in_progress` where the others thought this flyops gone, and freed the app. */
export async function confirmAppLock(app: string, { isHeld }: ToolContext): Promise<void> {
  if ((await isHeld?.()) === false) throw inProgress(app, undefined)
}

/** An app that is kept by somebody who is gone is free once the judgement frees it. */
async function takeOrJudge(app: string, context: ToolContext) {
  const { appLocks, registryHost, jobId = '', pid } = context
  const take = () =>
    appLocks.take(`${registryHost}-${app}`, { jobId, pid, since: new Date().toISOString() })
  const lock = await take()
  if (lock.kind === 'taken' || lock.holder?.standing !== 'gone') return lock
  const { holder } = lock
  const { operations } = await context.journal.read()
  const operation = operations.find(({ id }) => id === holder.jobId)
  if (operation === undefined) await appLocks.open(`${registryHost}-${app}`, holder)
  else await judgeLeft(holder, operation, context)
  return take()
}

/** As people look for it: "4711", "4711 on flyops-1". */
export function processOf({ pid, host }: Holder): string {
  return host === undefined ? String(pid) : `${pid} on ${host}`
}

function inProgress(app: string, holder: Holder | undefined): FlyopsError {
  const who =
    holder === undefined
      ? ''
      : `: job ${holder.jobId} of process ${processOf(holder)}, since ${holder.since}`
  return new FlyopsError('deploy_in_progress', 'deploy', `${app} is being deployed${who}.`, {
    remedy:
      holder?.standing === 'gone'
        ? 'The flyops that did it is gone: get_job judges it by what runs, and cancel_job opens the app.'
        : 'Wait for that deploy. Where its process was killed, the flyctl that it left must end first.',
    retry: 'after_wait',
    next:
      holder === undefined ? [] : [next.getJob({ job_id: holder.jobId }, 'waits for that deploy')],
  })
}
