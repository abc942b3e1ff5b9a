import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { FlyopsError, type NextCall } from '../errors.js'
import type { Log } from '../log.js'
import { migrationLock, migrations } from './schema.js'

/** How long a question may wait for a server that is away, milliseconds. */
export const patience = {
  /** Somebody waits for the answer, and another place to ask there is none. */
  ask: 10_000,
  /** A deploy that fails may read what to return to while the server starts anew. */
  read: 25_000,
  /** What happened must be written down, and nothing else is kept from going on. */
  write: 60_000,
} as const

const pauseMs = 300
const connectMs = 3_000
const queryMs = 10_000
/** The oldest that its makers still keep. */
const leastVersion = 14

/** What an error offers that the database is in the way of. */
export const lookAtDatabase: readonly NextCall[] = [
  { tool: 'doctor', arguments: {}, why: 'tells whether the database is reached' },
]

export interface Database {
  /**
   * Asks, once the tables are there; asks again while the server is away, so that every statement must bear being run
   * twice. Raises `database_unavailable`.
   */
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
    patienceMs?: number,
  ): Promise<readonly Row[]>
  /**
   * Asks for as long as it takes, and resolves at the latest after a minute; what a server says no to is logged and
   * left. Never rejects.
   */
  persist(sql: string, values: readonly unknown[]): Promise<void>
  /** A connection of its own, without a wait and without tables. Raises what pg raises. */
  connect(): Promise<pg.Client>
  close(): Promise<void>
}

export function openDatabase(url: string, log: Log): Database {
  const options: pg.PoolConfig = {
    connectionString: url,
    application_name: 'flyops',
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    keepAlive: true,
  }
  const pool = new pg.Pool({ ...options, max: 4, idleTimeoutMillis: 30_000 })
  // A connection that is lost while nobody uses it is no news: the next question opens another.
  pool.on('error', () => {})
  let isSaid = false
  let ready: Promise<void> | undefined

  async function prepared(): Promise<void> {
    ready ??= migrate(pool).catch((error: unknown) => {
      ready = undefined
      throw error
    })
    await ready
  }
  function sayOnce(error: unknown): void {
    if (!isSaid) log.warn({ err: describe(error) }, 'the database cannot be reached')
    isSaid = true
  }

  async function query<Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
    patienceMs: number = patience.ask,
  ) {
    const until = performance.now() + patienceMs
    for (;;) {
      try {
        await prepared()
        const { rows } = await pool.query<Row>(sql, [...values])
        isSaid = false
        return rows
      } catch (error) {
        if (pool.ending || !isAway(error) || performance.now() + pauseMs > until)
          throw unavailable(error)
        sayOnce(error)
        await sleep(pauseMs)
      }
    }
  }

  return {
    query,
    async persist(sql, values) {
      const done = query(sql, values, Number.POSITIVE_INFINITY).catch((error: unknown) =>
        log.warn({ err: String(error) }, 'the database did not take what happened'),
      )
      await Promise.race([done, sleep(patience.write, undefined, { ref: false })])
    },
    async connect() {
      const client = new pg.Client(options)
      client.on('error', () => {})
      await client.connect()
      return client
    },
    close: () => pool.end(),
  }
}

/** Makes what tables are missing; of several instances one, and the others wait. */
async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    const { rows: found } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::integer / 10000 as version`,
    )
    const version = found[0]?.version ?? 0
    if (version < leastVersion) throw tooOld(version)
    const { rows: schemas } = await client.query(
      `select 1 from pg_namespace where nspname = 'flyops'`,
    )
    // Who may not make a schema may still use one that is there.
    if (schemas.length === 0) await client.query('create schema flyops')
    await client.query(
      'create table if not exists flyops.migrations (step integer primary key, at timestamptz not null default now())',
    )
    const { rows: done } = await client.query<{ step: number }>(
      'select step from flyops.migrations',
    )
    for (const [step, statements] of migrations.entries()) {
      if (done.some((each) => each.step === step)) continue
      await client.query(statements)
      await client.query('insert into flyops.migrations (step) values ($1)', [step])
    }
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** Whether it is the way to the server that failed, or the server that starts or ends: SQLSTATE 08, 53 and 57P. */
function isAway(error: unknown): boolean {
  if (error instanceof FlyopsError) return false
  return !(error instanceof pg.DatabaseError) || /^(?:08|53|57P)/.test(error.code ?? '')
}

function tooOld(version: number): FlyopsError {
  const message = `The server of FLYOPS_DATABASE_URL is PostgreSQL ${version}.`
  return new FlyopsError('database_unavailable', 'settings', message, {
    remedy: `Use PostgreSQL ${leastVersion} or newer.`,
  })
}

function unavailable(error: unknown): FlyopsError {
  if (error instanceof FlyopsError) return error
  const message = `The database that the instances of flyops share cannot be used: ${describe(error)}.`
  return new FlyopsError('database_unavailable', 'preflight', message, {
    remedy: isAway(error)
      ? 'See whether the server of FLYOPS_DATABASE_URL runs and is reached from here; what runs goes on meanwhile.'
      : 'Give FLYOPS_DATABASE_URL a database, and a role that may make a schema in it.',
    retry: isAway(error) ? 'after_wait' : 'no',
    next: lookAtDatabase,
    cause: error,
  })
}

/** Without the address: messages of the system name hosts, those of the server roles and databases, none a password. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given'
  if (error instanceof AggregateError) return describe(error.errors[0])
  return error.message.replace(/\.$/, '')
}
