import { decode } from '../go/decode.js'
import { int, list, string, struct, type ValueOf } from '../go/types.js'
import { FlyctlError } from '../program/failure.js'
import type { Api } from './api.js'
import { send } from './http.js'

/** A line of an app's log (flyctl 2026.8, logs/entry.go). */
export const logEntry = struct('logs.LogEntry', {
  level: string,
  instance: string,
  message: string,
  region: string,
  timestamp: string,
  meta: struct('logs.Meta', {
    Instance: string,
    Region: string,
    Event: struct('struct', { Provider: string }),
    HTTP: struct('struct', {
      Request: struct('struct', { ID: string, Method: string, Version: string }),
      Response: struct('struct', { status_code: int }),
    }),
    Error: struct('struct', { Code: int, Message: string }),
    URL: struct('struct', { Full: string }),
  }),
})

export type LogEntry = ValueOf<typeof logEntry>

const answer = struct('fly.getLogsResponse', {
  Data: list(struct('struct', { Attributes: logEntry })),
  Meta: struct('struct', { next_token: string }),
})

export interface LogRequest {
  readonly app: string
  readonly token: string
  readonly machine?: string
  readonly region?: string
}

export interface LogPage {
  readonly entries: readonly LogEntry[]
  /** Where the next page begins. */
  readonly token: string
}

/** One page of the log. Raises FlyctlError with the answer's HTTP status. */
export async function fetchLogs(api: Api, request: LogRequest): Promise<LogPage> {
  const { app, token, machine, region } = request
  const query = new URLSearchParams({
    ...(machine ? { instance: machine } : {}),
    next_token: token,
    ...(region ? { region } : {}),
  })
  const { status, text } = await send({
    method: 'GET',
    url: `${api.baseUrl}/api/v1/apps/${app}/logs?${query}`,
    headers: { authorization: `Bearer ${api.token}` },
    signal: api.signal,
  })
  if (status !== 200) throw new FlyctlError(problemOf(text), { httpStatus: status })
  const { Data = [], Meta } = decode(answer, JSON.parse(text))
  return { entries: Data.map(({ Attributes = {} }) => Attributes), token: Meta?.next_token ?? '' }
}

const problem = struct('fly.ApiError', { error: string, message: string })

function problemOf(text: string): string {
  try {
    const { error, message } = decode(problem, JSON.parse(text))
    return message || error || text
  } catch {
    return text
  }
}
