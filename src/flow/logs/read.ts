import { FlyopsError, hasCode } from '../../errors.js'
import type { LogLine } from '../../fly/flyctl.js'
import { cutText, plainText } from '../../process/plain-text.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { GetLogsInput } from './input.js'

/** The newest log lines of an app, bounded. Raises `not_authenticated` where the login may not read them. */
export async function readLogs(request: GetLogsInput, context: ToolContext) {
  const { app, lines: count } = request
  const found = await readLog(request, context)
  const { lines, truncated } = bound(found.slice(-count))
  const why = 'nothing came within 10 s: either nothing was logged, or the log cannot be read'
  const offered = lines.length > 0 ? {} : { next: [next.checkHealth({ app }, why)] }
  return { status: 'done' as const, app, lines, truncated, ...offered }
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

const lineChars = 500
const resultBytes = 18_000

/** Cuts long lines, with a mark, and leaves the oldest out where together they are too long. */
function bound(found: readonly LogLine[]) {
  const lines: LogLine[] = []
  let truncated = false
  let bytes = 0
  for (const { machine, message } of found.toReversed()) {
    const clean = plainText(message).trimEnd()
    const line = { machine, message: cutText(clean, lineChars) }
    bytes += Buffer.byteLength(JSON.stringify(line)) + 1
    if (bytes > resultBytes) return { lines, truncated: true }
    truncated ||= clean.length > lineChars
    lines.unshift(line)
  }
  return { lines, truncated }
}
