import type { DatabaseReport } from '../jobs/database-report.js'
import type { Database } from './database.js'
import type { Presence } from './presence.js'

/** Raises `database_unavailable`. */
export async function checkDatabase(
  database: Database,
  presence: Presence,
): Promise<DatabaseReport> {
  const startedAt = performance.now()
  const [row] = await database.query<{ version: string; instances: number }>(
    `select current_setting('server_version') as version,
       (select count(*)::integer from flyops.standings where standing <> 'gone') as instances`,
    [],
    0,
  )
  const roundTripMs = Math.round(performance.now() - startedAt)
  await presence.seen()
  const { version = '', instances = 0 } = row ?? {}
  return { version, instances, roundTripMs }
}
