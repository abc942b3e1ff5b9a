import type { z } from 'zod'
import { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import { evidenceOf, type FailureContext } from './failures.js'
import type { App, LogLine, Release } from './flyctl.js'
import * as replies from './replies.js'

/** flyctl may print notices before its JSON (flyctl 2026.8): reading starts at the first bracket. */
export function readReply<T extends z.ZodType>(
  reply: T,
  result: RunResult,
  context: FailureContext,
): z.infer<T> {
  const text = result.stdout
  const start = text.search(/[[{]|null/)
  try {
    return reply.parse(JSON.parse(start === -1 ? text : text.slice(start)))
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

export function toApp(reply: z.infer<typeof replies.appReply>): App {
  return {
    name: reply.Name,
    org: reply.Organization.Slug,
    hostname: reply.Hostname,
    url: reply.AppURL || `https://${reply.Hostname}`,
  }
}

export function toRelease(reply: z.infer<typeof replies.releasesReply>[number]): Release {
  return {
    version: reply.Version,
    status: reply.Status,
    stable: reply.Stable,
    type: reply.Reason ?? '',
    description: reply.Description ?? '',
    image: reply.ImageRef || undefined,
    createdAt: reply.CreatedAt,
    user: reply.User?.Email || reply.User?.Name || '',
  }
}

/** The log is a row of pretty-printed objects, not an array (flyctl 2026.8). */
export function readLogs(stdout: string): readonly LogLine[] {
  return stdout.split(/(?<=^\})$/m).flatMap((text) => {
    const parsed = replies.logLineReply.safeParse(parseJson(text))
    return parsed.success
      ? [{ machine: parsed.data.instance ?? '', message: parsed.data.message }]
      : []
  })
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
