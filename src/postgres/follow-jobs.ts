import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, StopReason } from '../jobs/job.js'
import type { JobRow } from './job-row.js'
import { createRemoteJob, type RemoteJob } from './remote-job.js'

export interface FollowOptions {
  /** The rows of these jobs, as far as there are any. */
  readonly read: (ids: readonly string[]) => Promise<readonly JobRow[]>
  readonly stop: (id: string, reason: StopReason) => void
}

const lookMs = 500

/** Follows jobs of other instances until they end: one question for all of them, twice a second. */
export function followJobs({ read, stop }: FollowOptions): (row: JobRow) => Job {
  const followed = new Map<string, RemoteJob>()
  let looking = false

  async function look(): Promise<void> {
    looking = true
    while (followed.size > 0) {
      await sleep(lookMs, undefined, { ref: false })
      // While the server is away nothing is known, and nothing is over.
      const rows = await read([...followed.keys()]).catch(() => [])
      for (const row of rows) take(row)
    }
    looking = false
  }
  function take(row: JobRow): Job {
    const remote = followed.get(row.id) ?? createRemoteJob(row, (reason) => stop(row.id, reason))
    followed.set(row.id, remote)
    remote.update(row)
    if (remote.job.ending() !== undefined) followed.delete(row.id)
    return remote.job
  }

  return (row) => {
    const job = take(row)
    if (!looking && followed.size > 0) void look()
    return job
  }
}
