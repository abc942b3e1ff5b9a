import type { NextCall } from '../errors.js'
import { type BoundsOptions, checkBounds } from './bounds.js'
import type { Job } from './job.js'
import { type JobRequest, startJob } from './start-job.js'

/** The work that may outlive a call, of this process or of all instances that share a database. */
export interface Jobs {
  /**
   * Starts work, or returns the job that its owner has running already under the same key. Raises `busy` where
   * too many run.
   */
  startOnce<T>(key: string, request: JobRequest<T>): Job<T> | Promise<Job<T>>
  /** Undefined also where it ended more than an hour or 100 jobs ago, and where it is somebody else's. */
  find(id: string, owner: string): Job | undefined | Promise<Job | undefined>
  /** Resolves when none runs here. */
  idle(): Promise<void>
}

/** Those of this process alone, which answer at once. */
export interface LocalJobs extends Jobs {
  startOnce<T>(key: string, request: JobRequest<T>): Job<T>
  find(id: string, owner: string): Job | undefined
  /** The job that `startOnce` would join. */
  running(key: string, owner: string): Job | undefined
}

export interface JobsOptions extends BoundsOptions {
  /** Aborts when flyops itself must end: every job is then stopped. */
  readonly shutdown: AbortSignal
  /** Milliseconds; any origin. */
  readonly now: () => number
}

/** How long the result of a job can be read after its end. */
export const keepMs = 60 * 60_000
/** Of each caller's jobs that have ended, the newest: each may hold 100 KB of output. */
const keepEnded = 100

interface Entry {
  readonly job: Job
  readonly key: string
  endedAtMs: number | undefined
}

/** Jobs live and die with the process; the results of a caller's newest stay readable for an hour. */
export function createJobs({ shutdown, now, ...bounds }: JobsOptions): LocalJobs {
  const entries = new Map<string, Entry>()
  const running = () => [...entries.values()].filter(({ endedAtMs }) => endedAtMs === undefined)

  function forget(): void {
    const kept = new Map<string, number>()
    for (const [id, { job, endedAtMs }] of [...entries].reverse()) {
      if (endedAtMs === undefined) continue
      const count = (kept.get(job.owner) ?? 0) + 1
      if (count > keepEnded || now() - endedAtMs > keepMs) entries.delete(id)
      else kept.set(job.owner, count)
    }
  }

  function checkRoom(owner: string): void {
    const jobs = running().map(({ job }) => job)
    const own = jobs.find((job) => job.owner === owner)
    const owners = jobs.map((job) => job.owner)
    checkBounds('jobs', owner, owners, bounds, own === undefined ? [] : [waitFor(own)])
  }

  function add<T>(key: string, request: JobRequest<T>): Job<T> {
    const job = startJob(request)
    const entry: Entry = { job, key, endedAtMs: undefined }
    entries.set(job.id, entry)
    const onShutdown = () => job.stop('shutdown')
    shutdown.addEventListener('abort', onShutdown, { once: true })
    if (shutdown.aborted) onShutdown()
    void job.ended.then(() => {
      shutdown.removeEventListener('abort', onShutdown)
      entry.endedAtMs = now()
    })
    return job
  }

  const runningSame = (key: string, owner: string) =>
    running().find((entry) => entry.key === key && entry.job.owner === owner)?.job

  return {
    startOnce<T>(key: string, request: JobRequest<T>) {
      forget()
      const same = runningSame(key, request.owner)
      // The key names the tool, and a tool has one type of result.
      if (same !== undefined) return same as Job<T>
      checkRoom(request.owner)
      return add(key, request)
    },
    find(id, owner) {
      forget()
      const job = entries.get(id)?.job
      return job?.owner === owner ? job : undefined
    },
    running: runningSame,
    async idle() {
      for (let left = running(); left.length > 0; left = running())
        await Promise.all(left.map(({ job }) => job.ended))
    },
  }
}

function waitFor({ id }: Job): NextCall {
  return { tool: 'get_job', arguments: { job_id: id }, why: 'waits for one that runs' }
}
