import { type Check, ok } from './check.js'

/** Only where the settings name a database. */
export const database: Check = {
  name: 'database',
  fixWhenSlow: 'See whether the server of FLYOPS_DATABASE_URL is reached from here.',
  async run({ checkDatabase }) {
    const report = await checkDatabase?.()
    if (report === undefined) return ok('none is set')
    const { version, instances, roundTripMs } = report
    return ok(
      `PostgreSQL ${version}, without a pooler, answers in ${roundTripMs} ms; instances of flyops: ${instances}`,
    )
  },
}
