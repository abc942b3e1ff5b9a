import { durationMs } from '../../durations.js'
import { FlyopsError, hasCode, type NextCall } from '../../errors.js'
import type { LogLine } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { excerpt, repeats, type Updates } from './excerpt.js'
import type { GetLogsInput } from './input.js'

/** The newest log lines of an app, bounded. Raises `not_authenticated` where the login may not read them. */
export async function readLogs(request: GetLogsInput, context: ToolContext) {
  const { app, lines: count } = request
  const found = await readLog(request, context)
  const wanted = found.filter(isSince(request))
  const calls = wanted.length > 0 ? {} : { next: [lookFurther(request, found)] }
  const updates = repeats(wanted) ? await updatesOf(app, context) : new Map()
  return { status: 'done' as const, app, ...excerpt(wanted, count, updates), ...calls }
}

/** What cannot be seen keeps nobody from reading the log. */
async function updatesOf(app: string, { flyctl, signal }: ToolContext): Promise<Updates> {
  const status = await flyctl.status(app, { signal }).catch(() => undefined)
  return new Map(status?.machines.map(({ id, updatesMs }) => [id, updatesMs]))
}

/** By Fly's times and our clock; a line without a time may be of any. */
function isSince({ since }: GetLogsInput): (line: LogLine) => boolean {
  const ageMs = since === undefined ? undefined : durationMs(since)
  if (ageMs === undefined) return () => true
  const first = Date.now() - ageMs
  return ({ at }) => !(Date.parse(at) < first)
}

function lookFurther({ app, machine }: GetLogsInput, found: readonly LogLine[]): NextCall {
  if (found.length > 0)
    return next.getLogs({ app, machine }, 'nothing is as new as that: these are older')
  const why = 'nothing came within 10 s: either nothing was logged, or the log cannot be read'
  return next.checkHealth({ app }, why)
}

/** flyctl says of the log no more than a status, or nothing at all; the app’s status tells why. */
async function readLog(
  { app, machine }: GetLogsInput,
  { flyctl, signal }: ToolContext,
): Promise<readonly LogLine[]> {
  const lines = await flyctl.logs(app, machine, { signal }).catch(async (error: unknown) => {
    if (!signal.aborted) await flyctl.status(app, { signal })
    throw hasCode(error, 'not_authenticated') ? logsUnavailable(app) : error
  })
  if (lines.length === 0) await flyctl.status(app, { signal })
  return lines
}

/** Deploy tokens may not read logs (flyctl 2026.8, deploy/machines_deploymachinesapp.go). */
function logsUnavailable(app: string): FlyopsError {
  return new FlyopsError(
    'not_authenticated',
    'health',
    `The logs of ${app} are not available to this token, which may use the app otherwise; that is not the same as no logs.`,
    {
      remedy:
        'To see them, a person logs in with `fly auth login`, or sets FLY_API_TOKEN to a token that may read logs.',
      diagnosis: 'logs_not_authorized',
      next: [next.checkHealth({ app }, 'works without the logs')],
    },
  )
}
