import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BoundsOptions, checkBounds } from '../jobs/bounds.js'
import type { Job, StopReason } from '../jobs/job.js'
import type { Jobs, LocalJobs } from '../jobs/jobs.js'
import type { JobRequest } from '../jobs/start-job.js'
import type { Redact } from '../process/redact.js'
import { type Database, patience } from './database.js'
import { followJobs } from './follow-jobs.js'
import { endingText, type JobRow, lostEnding, stateOf } from './job-row.js'
import type { Presence } from './presence.js'

export interface SharedJobsOptions extends BoundsOptions {
  readonly database: Database
  readonly presence: Presence
  /** The work that this instance does itself. */
  readonly local: LocalJobs
  /** Whose jobs are the same: those of one platform and one project folder. */
  readonly place: string
  readonly redact: Redact
}

export interface SharedJobs extends Jobs {
  /** Stops a job of this instance because another one asks for it. */
  stopHere(jobId: string, reason: StopReason): void
}

const tellMs = 1_000

const running = `
select j.owner from flyops.jobs j join flyops.standings s on s.id = j.instance
where j.ended_at is null and s.standing <> 'gone'`

const insert = `
insert into flyops.jobs (id, instance, owner, key, tool, state) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing`

const select = `
select j.id, j.instance, j.owner, j.tool, j.created_at, j.updated_at, j.state, j.ending,
  coalesce(s.standing, 'gone') as standing
from flyops.jobs j left join flyops.standings s on s.id = j.instance`

const giveUp = `
update flyops.jobs set ended_at = now(), ending = $2 where id = $1 and ended_at is null`

const tell = `update flyops.jobs set state = $2, updated_at = now() where id = $1 and ended_at is null`

/** Whoever did the work knows better than who gave it up. */
const finish = `update flyops.jobs set state = $2, ending = $3, updated_at = now(), ended_at = now() where id = $1`

const askToStop = `update flyops.jobs set stop_reason = $2 where id = $1 and ended_at is null`

const forget = `
delete from flyops.jobs where ended_at < now() - interval '1 hour' or updated_at < now() - interval '2 days'`

/** Jobs are done where they were asked for, and told in a table; the same call at another instance joins them there. */
export function createSharedJobs(options: SharedJobsOptions): SharedJobs {
  const { database, presence, local, place, redact, ...bounds } = options
  const { instance } = presence
  const own = new Map<string, Job>()
  const telling = new Set<Promise<void>>()
  const follow = followJobs({
    read: (ids) => database.query<JobRow>(`${select} where j.id = any($1)`, [ids], 0),
    stop: (id, reason) =>
      void database.query(askToStop, [id, reason], patience.write).catch(() => {}),
  })

  async function tellOf(job: Job): Promise<void> {
    own.set(job.id, job)
    let told = new Date(0)
    while (job.ending() === undefined) {
      await Promise.race([job.ended, sleep(tellMs, undefined, { ref: false })])
      const { updatedAt } = job.snapshot()
      if (job.ending() !== undefined || updatedAt <= told) continue
      const isTold = database.query(tell, [job.id, stateOf(job, redact)], 0)
      await isTold.then(() => (told = updatedAt)).catch(() => {})
    }
    const ending = endingText(await job.ended, redact)
    own.delete(job.id)
    await database.persist(finish, [job.id, stateOf(job, redact), ending])
  }

  async function claim(request: JobRequest<unknown>, key: string): Promise<string | JobRow> {
    const id = randomBytes(16).toString('hex')
    const { owner, tool, stage } = request
    const state = JSON.stringify({ stage, lastLine: '', elapsedMs: 0, lines: [] })
    const same = `${select} where j.owner = $1 and j.key = $2 and j.ended_at is null`
    for (;;) {
      await database.query(insert, [id, instance, owner, key, tool, state])
      const [row] = await database.query<JobRow>(same, [owner, key])
      if (row?.id === id) return id
      if (row !== undefined && row.standing !== 'gone') return row
      if (row !== undefined) await database.query(giveUp, [row.id, lostEnding])
    }
  }

  return {
    async startOnce<T>(key: string, request: JobRequest<T>) {
      const same = local.running(key, request.owner)
      if (same !== undefined) return same as Job<T>
      await presence.seen()
      await database.query(forget)
      const claimed = await claim(request, hashOf([place, key]))
      if (typeof claimed !== 'string') return joined<T>(claimed)
      try {
        const owners = await database.query<{ owner: string }>(`${running} and j.id <> $1`, [
          claimed,
        ])
        checkBounds(
          'jobs',
          request.owner,
          owners.map(({ owner }) => owner),
          bounds,
        )
        const job = local.startOnce(key, { ...request, id: claimed })
        const told = tellOf(job).finally(() => telling.delete(told))
        telling.add(told)
        return job
      } catch (error) {
        await database.persist('delete from flyops.jobs where id = $1', [claimed])
        throw error
      }
    },
    async find(id, owner) {
      const here = local.find(id, owner)
      if (here !== undefined) return here
      const [row] = await database.query<JobRow>(`${select} where j.id = $1 and j.owner = $2`, [
        id,
        owner,
      ])
      const isKnown = row?.ending === null ? row.standing === 'runs' : row?.ending !== lostEnding
      return row === undefined || !isKnown ? undefined : follow(row)
    },
    stopHere(jobId, reason) {
      const job = own.get(jobId)
      // Whoever left elsewhere does not know who waits here.
      if (reason !== 'caller_gone' || job?.isWatched() === false) job?.stop(reason)
    },
    async idle() {
      await local.idle()
      await Promise.all(telling)
    },
  }

  /** The key names the tool, and a tool has one type of result. */
  function joined<T>(row: JobRow): Job<T> {
    return (own.get(row.id) ?? follow(row)) as Job<T>
  }
}

/** Arguments may hold secrets: the table gets no more of them than whether they are the same. */
function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
