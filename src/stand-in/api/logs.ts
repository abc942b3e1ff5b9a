import type { Api } from './api.js'

/** A line of an app's log (flyctl 2026.8, logs/entry.go). */
export interface LogEntry {
  readonly level: string
  readonly instance: string
  readonly message: string
  readonly region: string
  readonly timestamp: string
  readonly meta: { readonly event: { readonly provider: string } }
}

export interface LogRequest {
  readonly app: string
  readonly machine: string | undefined
  readonly region?: string | undefined
  /** Where the page begins; without it, with the newest lines. */
  readonly token?: string
}

interface LogAnswer {
  readonly data: readonly { readonly attributes: LogEntry }[]
  readonly meta: { readonly next_token: string }
}

export async function fetchLogs({ log }: Api, request: LogRequest) {
  const { app, machine, token = '', region } = request
  const query = new URLSearchParams({
    ...(machine ? { instance: machine } : {}),
    next_token: token,
    ...(region ? { region } : {}),
  })
  const { data, meta } = await log<LogAnswer>(app, query)
  return { entries: data.map(({ attributes }) => attributes), token: meta.next_token }
}
