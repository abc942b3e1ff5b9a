import type { z } from 'zod'
import { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import { type Redact, redactDeep } from '../process/redact.js'
import { urlOfApp } from './address.js'
import { evidenceOf, type FailureContext } from './failures.js'
import type { App, LogLine, Release } from './flyctl.js'
import * as replies from './replies.js'

/** A status of 3,000 machines has 15 MB. */
export const maxReplyBytes = 32 * 2 ** 20

/**
 * Reads JSON whole, as it came, and takes the secrets out of its texts. flyctl may print notices before it
 * (flyctl 2026.8): reading starts at the first line that begins like JSON.
 */
export function readReply<T extends z.ZodType>(
  reply: T,
  result: RunResult,
  { redact, ...context }: FailureContext & { readonly redact: Redact },
): z.infer<T> {
  const { text = '', isCut } = result.reply ?? {}
  if (isCut) throw tooLong(context)
  const start = text.search(/^(?:[[{]|null)/m)
  try {
    return reply.parse(redactDeep(JSON.parse(text.slice(Math.max(0, start))), redact))
  } catch (cause) {
    throw new FlyopsError(
      'unknown_failure',
      context.stage,
      `flyctl’s reply could not be read while ${context.doing}.`,
      {
        remedy: 'Run `fly version upgrade`; this flyctl may be too old or too new.',
        evidence: evidenceOf(result),
        cause,
      },
    )
  }
}

function tooLong({ stage, doing }: FailureContext): FlyopsError {
  const limit = `${maxReplyBytes / 2 ** 20} MiB`
  return new FlyopsError(
    'unknown_failure',
    stage,
    `flyctl’s reply was longer than ${limit} while ${doing}, and was not read.`,
    { remedy: 'See with flyctl itself what makes it so long; a person may remove it there.' },
  )
}

export interface Expected extends FailureContext {
  /** The app that was asked for; undefined where flyctl made its name up. */
  readonly app: string | undefined
  /** Where flyctl's API is, unless at Fly's. */
  readonly apiUrl: string | undefined
}

/** Raises `unknown_failure` for a reply about another app, and one whose address nobody must ask. */
export function toApp(
  { Name: name, Organization: { Slug: org }, Hostname: hostname }: z.infer<typeof replies.appReply>,
  { app = name, apiUrl, stage, doing }: Expected,
): App {
  const url = urlOfApp(hostname, apiUrl)
  if (url !== undefined && name === app) return { name, org, hostname, url }
  const wrong =
    name === app
      ? `an address that is none of an app on Fly.io (${hostname.slice(0, 100)})`
      : `another app (${name})`
  throw new FlyopsError('unknown_failure', stage, `flyctl’s reply names ${wrong}, ${doing}.`, {
    remedy:
      'Nothing was asked there. Look at FLY_API_BASE_URL and at who answers for it; the same flyctl shows the reply with --json.',
  })
}

export function toRelease(reply: z.infer<typeof replies.releasesReply>[number]): Release {
  return {
    version: reply.Version,
    status: reply.Status,
    image: reply.ImageRef || undefined,
    createdAt: reply.CreatedAt,
    user: reply.User?.Email || reply.User?.Name || '',
  }
}

/** The log is a row of pretty-printed objects, not an array (flyctl 2026.8). */
export function readLogs({ reply }: RunResult, redact: Redact): readonly LogLine[] {
  const { text = '', isCut } = reply ?? {}
  const lines = text.split(/(?<=^\})$/m).flatMap((entry): readonly LogLine[] => {
    const parsed = replies.logLineReply.safeParse(redactDeep(parseJson(entry), redact))
    return parsed.success ? [toLogLine(parsed.data)] : []
  })
  return isCut ? [toLogLine({ message: '… earlier lines, left out here' }), ...lines] : lines
}

function toLogLine(reply: z.infer<typeof replies.logLineReply>): LogLine {
  const { timestamp, instance, region, message, meta } = reply
  return {
    at: timestamp ?? '',
    machine: instance ?? '',
    region: region ?? '',
    source: meta?.Event?.Provider ?? '',
    message,
  }
}

/** The names under "Strict validation found unrecognised sections or keys:". */
export function strictFindings(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^\s+- (.+)$/gm)].map(([, finding = '']) => finding.trim())
}

/** The JSON line that FLY_EMIT_RELEASE_JSON=1 asks for; printed on success only. */
export function emittedRelease(stdout: string): number | undefined {
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{"')) continue
    const parsed = replies.emittedReleaseReply.safeParse(parseJson(line))
    if (parsed.success) return parsed.data.version
  }
  return undefined
}
