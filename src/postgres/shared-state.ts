import { randomBytes } from 'node:crypto'
import type { AppLocks } from '../jobs/app-locks.js'
import type { BoundsOptions } from '../jobs/bounds.js'
import type { LocalJobs } from '../jobs/jobs.js'
import type { Log } from '../log.js'
import type { Redact } from '../process/redact.js'
import { checkDatabase } from './check-database.js'
import { createRequestCount } from './count-requests.js'
import { openDatabase } from './database.js'
import { createPresence } from './presence.js'
import { createSharedAppLocks } from './shared-app-locks.js'
import { createSharedJobs } from './shared-jobs.js'
import { createSharedJournal } from './shared-journal.js'

export interface SharedStateOptions extends BoundsOptions {
  /** Of the database; a secret. */
  readonly url: string
  readonly jobs: LocalJobs
  readonly appLocks: AppLocks
  /** Whose jobs are the same: those of one platform and one project folder. */
  readonly place: string
  readonly pid: number
  readonly redact: Redact
  readonly log: Log
}

/**
 * What several instances of flyops share in one database. Nothing waits for the database here: what needs it does, and
 * raises `database_unavailable`.
 */
export function openSharedState(options: SharedStateOptions) {
  const { url, jobs: local, appLocks, redact, log, pid, ...jobOptions } = options
  const database = openDatabase(url, log)
  const presence = createPresence({
    database,
    id: randomBytes(8).toString('hex'),
    pid,
    log,
    onStop: (jobId, reason) => jobs.stopHere(jobId, reason),
  })
  const journal = createSharedJournal({ database, redact, log })
  const jobs = createSharedJobs({ ...jobOptions, database, presence, local, redact })
  return {
    jobs,
    journal,
    appLocks: createSharedAppLocks({ database, presence, local: appLocks }),
    countRequest: createRequestCount(database),
    checkDatabase: () => checkDatabase(database, presence),
    async close() {
      await journal.flush()
      await presence.close()
      await database.close()
    },
  }
}
