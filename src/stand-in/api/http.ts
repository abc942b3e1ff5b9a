import { createBackoff, sleep } from '../clock.js'
import { FlyctlError } from '../failure.js'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string | undefined
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  /** "Not Found" */
  readonly statusText: string
  readonly text: string
  readonly requestId: string | undefined
}

/** As every client of flyctl: 502 and 503 are asked again, POST too (fly-go 0.9, http.go). */
const retried = [502, 503]
const retries = 3

/** Sends a request and reads the whole answer. Raises in the words of Go's net/http, which diagnoses know. */
export async function send(request: HttpRequest): Promise<HttpAnswer> {
  const backoff = createBackoff(100, 1_000)
  for (let attempt = 0; ; attempt += 1) {
    const answer = await sendOnce(request)
    if (!retried.includes(answer.status) || attempt === retries) return answer
    await sleep(backoff(), request.signal)
  }
}

async function sendOnce({ method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  try {
    const init = { method, headers, signal, ...(body === undefined ? {} : { body }) }
    const response = await fetch(url, init)
    const { status, statusText } = response
    const requestId = response.headers.get('fly-request-id') ?? undefined
    return { status, statusText, text: await response.text(), requestId }
  } catch (error) {
    const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
    throw inGoWords(`${verb} ${JSON.stringify(url)}: `, url, error)
  }
}

function inGoWords(prefix: string, url: string, error: unknown): Error {
  const { name, cause = error } = Object(error)
  if (name === 'AbortError') return new FlyctlError(`${prefix}context canceled`)
  if (name === 'TimeoutError') return new FlyctlError(`${prefix}net/http: request canceled`)
  return new FlyctlError(`${prefix}${connectionFailure(cause, url)}`, { cause: error })
}

function connectionFailure(cause: unknown, url: string): string {
  const { code, hostname, message } = Object(cause)
  // fetch refuses some ports itself, where nobody should listen.
  if (code === 'ECONNREFUSED' || message === 'bad port')
    return `dial tcp ${new URL(url).host}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname}: no such host`
  if (code === 'ECONNRESET') return 'read: connection reset by peer'
  return code === 'UND_ERR_SOCKET' ? 'EOF' : String(message)
}
