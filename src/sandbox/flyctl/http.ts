import { FlyctlError } from './failure.js'

/** Where one of Fly's APIs is, and how to ask it. */
export interface Endpoint {
  readonly baseUrl: string
  readonly token: string
  /** Ends every request. */
  readonly signal: AbortSignal
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Begins with a slash. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Also sent when everything else is being ended. */
  readonly always?: boolean
}

export interface Reply {
  readonly status: number
  readonly text: string
  readonly requestId: string | undefined
}

/** Sends one request. Raises FlyctlError where no answer comes. */
export async function send(endpoint: Endpoint, request: Request): Promise<Reply> {
  const { method, path, body, headers } = request
  const url = new URL(path, endpoint.baseUrl)
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...jsonHeaders(body), authorization: `Bearer ${endpoint.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(request.always ? {} : { signal: endpoint.signal }),
  }).catch((error: unknown) => {
    throw unanswered(method, url, error)
  })
  const requestId = response.headers.get('fly-request-id') ?? undefined
  return { status: response.status, text: await response.text(), requestId }
}

function jsonHeaders(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' }
}

/** Go's words for what went wrong below HTTP. */
function unanswered(method: string, url: URL, error: unknown): FlyctlError {
  const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
  return new FlyctlError(`${verb} "${url.href}": ${reason(url, error)}`, { cause: error })
}

function reason(url: URL, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  const refused = 'code' in cause && cause.code === 'ECONNREFUSED'
  return refused ? `dial tcp ${url.host}: connect: connection refused` : cause.message
}
