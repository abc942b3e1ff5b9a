import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { FlyopsError } from '../errors.js'
import type { StopReason } from '../jobs/job.js'
import type { Log } from '../log.js'
import { type Database, lookAtDatabase, patience } from './database.js'
import { instanceLocks } from './schema.js'

/** That this instance is there, as the others see it. */
export interface Presence {
  /** Of this process, for its life. */
  readonly instance: string
  /** Resolves when the others see it. Raises `database_unavailable`. */
  seen(): Promise<void>
  /** Whether the connection is one to the server itself; undefined before the first. */
  isDirect(): boolean | undefined
  close(): Promise<void>
}

export interface PresenceOptions {
  readonly database: Database
  readonly id: string
  readonly pid: number
  readonly log: Log
  /** Another instance asks a job of this one to stop. */
  readonly onStop: (jobId: string, reason: StopReason) => void
}

const beatMs = 1_000
const pauseMs = 300

const register = `
insert into flyops.instances (id, name, pid) values ($1, $2, $3)
on conflict (id) do update set seen_at = now() returning number`

/** A connection that the server still holds for a former one of this instance keeps the lock for up to 9 s. */
const endFormer = `
select pg_terminate_backend(pid) from pg_locks
where locktype = 'advisory' and classid = $1 and objid = $2::integer::oid and objsubid = 2 and pid <> pg_backend_pid()`

/** That a caller is gone counts at that moment alone: others who wait then may have their answer later. */
const beat = `
with seen as (update flyops.instances set seen_at = now() where id = $1),
told as (update flyops.jobs set stop_reason = null where instance = $1 and stop_reason = 'caller_gone')
select id, stop_reason from flyops.jobs where instance = $1 and ended_at is null and stop_reason is not null`

/** Instances that ended without a word, once nothing of theirs is left to judge. */
const forget = `
delete from flyops.instances i where seen_at < now() - interval '1 day'
  and exists (select 1 from flyops.standings s where s.id = i.id and s.standing = 'gone')
  and not exists (select 1 from flyops.app_locks l where l.instance = i.id)`

/** Holds a lock on a connection of its own, which the server gives back the moment that this process ends. */
export function createPresence({ database, id, pid, log, onStop }: PresenceOptions): Presence {
  const closing = new AbortController()
  const { signal } = closing
  let direct: boolean | undefined
  let client: pg.Client | undefined
  let isSeen = false
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})

  async function hold(): Promise<void> {
    await database.query(forget, [], 0)
    client = await database.connect()
    direct = await isOwnBackend(client)
    if (!direct) throw pooled()
    // A host that is cut off is noticed after 9 s.
    await client.query(
      'set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3',
    )
    const { rows } = await client.query<{ number: number }>(register, [id, hostname(), pid])
    const number = rows[0]?.number
    await client.query(endFormer, [instanceLocks, number])
    await client.query('select pg_advisory_lock($1, $2)', [instanceLocks, number])
    while (!signal.aborted) {
      const asked = await client.query<{ id: string; stop_reason: StopReason }>(beat, [id])
      isSeen = true
      for (const { id: jobId, stop_reason: reason } of asked.rows) onStop(jobId, reason)
      await pause(beatMs)
    }
  }

  async function live(): Promise<void> {
    while (!signal.aborted) {
      await hold().catch((error: unknown) => {
        if (isSeen) log.warn({ err: String(error) }, 'the connection to the database was lost')
        isSeen = false
      })
      await client?.end().catch(() => {})
      await pause(pauseMs)
    }
  }

  const living = live()
  return {
    instance: id,
    isDirect: () => direct,
    async seen() {
      const until = performance.now() + patience.ask
      while (!isSeen) {
        if (direct === false) throw pooled()
        if (performance.now() > until) await database.query('select 1', [], 0)
        if (performance.now() > until) throw notSeen()
        await sleep(50)
      }
    },
    async close() {
      closing.abort()
      await living
      await database.query('delete from flyops.instances where id = $1', [id], 0).catch(() => {})
    },
  }
}

/** A pooler tells clients process ids of its own making. */
async function isOwnBackend(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === (client as unknown as { readonly processID: number }).processID
}

function pooled(): FlyopsError {
  return new FlyopsError(
    'database_unavailable',
    'settings',
    'FLYOPS_DATABASE_URL leads to a connection pooler, through which no instance is seen.',
    { remedy: 'Set it to the direct address of the server; Fly’s managed Postgres tells both.' },
  )
}

function notSeen(): FlyopsError {
  const message = 'This instance cannot hold its lock in the database.'
  return new FlyopsError('database_unavailable', 'preflight', message, {
    remedy: 'See whether the server takes further connections, and call again.',
    retry: 'after_wait',
    next: lookAtDatabase,
  })
}
