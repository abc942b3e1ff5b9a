import type { AppLocks, Holder } from '../jobs/app-locks.js'
import { type Database, patience } from './database.js'
import type { Presence } from './presence.js'

export interface SharedAppLocksOptions {
  readonly database: Database
  readonly presence: Presence
  /** Those of this machine, which know of a flyctl that outlives its flyops. */
  readonly local: AppLocks
}

interface Row {
  readonly instance: string
  readonly job_id: string
  readonly pid: number
  readonly since: string
  /** Null where the instance is not known any more. */
  readonly name: string | null
  readonly standing: NonNullable<Holder['standing']> | null
}

const insert = `
insert into flyops.app_locks (app, instance, job_id, pid, since) values ($1, $2, $3, $4, $5)
on conflict (app) do nothing`

const look = `
select l.instance, l.job_id, l.pid, l.since, s.name, s.standing
from flyops.app_locks l left join flyops.standings s on s.id = l.instance where l.app = $1`

const remove = `delete from flyops.app_locks where app = $1 and job_id = $2 and instance = $3`

const own = `select 1 from flyops.app_locks where app = $1 and job_id = $2 and instance = $3`

/** Of an instance that has come back meanwhile nothing is taken away. */
const removeLeft = `
delete from flyops.app_locks l where app = $1 and job_id = $2
  and not exists (select 1 from flyops.standings s where s.id = l.instance and s.standing <> 'gone')`

/**
 * One deploy of an app at a time, across instances. An app whose holder is gone stays closed until somebody has found
 * out how that ended: its flyctl may run on.
 */
export function createSharedAppLocks(options: SharedAppLocksOptions): AppLocks {
  const { database, presence, local } = options
  const { instance } = presence

  async function find(app: string): Promise<(Row & { readonly holder: Holder }) | undefined> {
    const [row] = await database.query<Row>(look, [app], patience.ask)
    if (row === undefined) return undefined
    const here = row.standing === 'gone' ? await local.holder(app) : undefined
    const standing = here?.jobId === row.job_id ? 'runs' : (row.standing ?? 'gone')
    const where = row.name === null ? {} : { host: row.name }
    const holder = { jobId: row.job_id, pid: row.pid, since: row.since, standing, ...where }
    return { ...row, holder }
  }

  return {
    async take(app, candidate) {
      await presence.seen()
      const lock = await local.take(app, candidate)
      if (lock.kind === 'held') return lock
      const { jobId, pid, since } = candidate
      const found = await database
        .query(insert, [app, instance, jobId, pid, since])
        .then(() => find(app))
        .catch(async (error: unknown) => {
          await lock.release()
          throw error
        })
      if (found?.instance !== instance || found.job_id !== jobId || found.since !== since) {
        await lock.release()
        return { kind: 'held', holder: found?.holder }
      }
      return {
        ...lock,
        async isHeld() {
          const held = [app, jobId, instance]
          return (await database.query<Row>(own, held, patience.write)).length > 0
        },
        async release() {
          await database.persist(remove, [app, jobId, instance])
          await lock.release()
        },
      }
    },
    holder: async (app) => (await find(app))?.holder,
    async open(app, { jobId }) {
      await database.query(removeLeft, [app, jobId])
    },
  }
}
