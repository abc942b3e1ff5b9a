import { FlyopsError } from '../errors.js'
import type { Holder } from '../jobs/app-locks.js'
import type { ToolContext } from './context.js'
import { next } from './next.js'

/** Keeps others from deploying the app meanwhile. Raises `deploy_in_progress`, naming who does. */
export async function withAppLock<T>(
  app: string,
  context: ToolContext,
  work: (locked: ToolContext) => Promise<T>,
): Promise<T> {
  const { appLocks, registryHost, jobId = '', pid } = context
  const holder = { jobId, pid, since: new Date().toISOString() }
  const lock = await appLocks.take(`${registryHost}-${app}`, holder)
  if (lock.kind === 'held') throw inProgress(app, lock.holder)
  try {
    return await work({ ...context, guard: lock.guard })
  } finally {
    await lock.release()
  }
}

function inProgress(app: string, holder: Holder | undefined): FlyopsError {
  const who =
    holder === undefined
      ? ''
      : `: job ${holder.jobId} of process ${holder.pid}, since ${holder.since}`
  return new FlyopsError('deploy_in_progress', 'deploy', `${app} is being deployed${who}.`, {
    remedy:
      'Wait for that deploy. Where its process was killed, the flyctl that it left must end first.',
    retry: 'after_wait',
    next:
      holder === undefined ? [] : [next.getJob({ job_id: holder.jobId }, 'waits for that deploy')],
  })
}
