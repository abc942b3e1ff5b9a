import type { CountRequest } from '../jobs/count-request.js'
import type { Database } from './database.js'

/** A window begins with the first request after the end of the one before. */
const count = `
insert into flyops.requests as r (caller, total, ends_at) values ($1, 1, now() + $2 * interval '1 ms')
on conflict (caller) do update set
  total = case when r.ends_at > now() then r.total + 1 else 1 end,
  ends_at = case when r.ends_at > now() then r.ends_at else excluded.ends_at end
returning total, (extract(epoch from ends_at - now()) * 1000)::integer as left_ms`

/** Of callers who have not come back. */
const forget = `delete from flyops.requests where ends_at < now() - interval '1 day'`

/** Counts for all instances, in one round trip. */
export function createRequestCount(database: Database): CountRequest {
  const ask = <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    database.query<Row>(sql, values, 0).catch((): readonly Row[] => [])
  let isTidy = false
  return async (caller, windowMs) => {
    const [row] = await ask<{ total: number; left_ms: number }>(count, [caller, windowMs])
    if (!isTidy) void ask(forget)
    isTidy = true
    return row && { total: row.total, endsAt: new Date(Date.now() + row.left_ms) }
  }
}
