import { FlyopsError } from '../errors.js'
import type { Ending, Job, StopReason } from '../jobs/job.js'
import type { ProgressUpdate } from '../progress.js'
import { type JobRow, readEnding, readState } from './job-row.js'

/** A job that another instance does, or did. */
export interface RemoteJob {
  readonly job: Job
  /** Takes what the table has of it now. */
  update(row: JobRow): void
}

export function createRemoteJob(first: JobRow, onStop: (reason: StopReason) => void): RemoteJob {
  const { id, tool, owner, created_at: createdAt } = first
  const listeners = new Set<(update: ProgressUpdate) => void>()
  const { promise: ended, resolve } = Promise.withResolvers<Ending<unknown>>()
  let ending: Ending<unknown> | undefined
  let row = first
  let state = readState(first)

  function end(known: Ending<unknown>): void {
    ending ??= known
    resolve(ending)
  }
  function update(next: JobRow): void {
    const isNews = next.updated_at > row.updated_at
    row = next
    state = readState(next)
    if (isNews) for (const listener of listeners) listener(progressOf())
    if (next.ending !== null) end(readEnding(next.ending) ?? lost(id))
    else if (next.standing !== 'runs') end(lost(id))
  }
  function progressOf(): ProgressUpdate {
    const { stage, percent, lastLine: message } = state
    return { stage, message, ...(percent === undefined ? {} : { percent }) }
  }

  update(first)
  return {
    update,
    job: {
      id,
      tool,
      owner,
      createdAt,
      ended,
      ending: () => ending,
      snapshot() {
        const { stage, percent, lastLine, elapsedMs } = state
        return { stage, percent, lastLine, elapsedMs, updatedAt: row.updated_at }
      },
      lines: (count) => (count < 1 ? [] : state.lines.slice(-count)),
      watch(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      isWatched: () => listeners.size > 0,
      stop(reason) {
        if (ending === undefined) onStop(reason)
      },
    },
  }
}

function lost(id: string): Ending<unknown> {
  const message = `The instance of flyops that did job ${id} is gone, or says nothing.`
  const error = new FlyopsError('instance_lost', 'preflight', message, {
    remedy: 'Ask for the job: a deploy is judged by what runs.',
    retry: 'after_wait',
    next: [{ tool: 'get_job', arguments: { job_id: id }, why: 'tells how it ended' }],
  })
  return { status: 'failed', error }
}
