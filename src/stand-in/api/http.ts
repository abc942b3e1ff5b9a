import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { createBackoff, sleep } from '../clock.js'
import { FlyctlError } from '../failure.js'

// An import would read all that node:http exports, WebSocket too, which takes as long to load as Node itself (Node 22).
const { request } = process.getBuiltinModule('node:http')

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

/** Not by fetch: that takes longer to load than most commands take. */
async function sendOnce({ url, body, ...options }: HttpRequest): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  try {
    request(url, { ...options, agent: false }, resolve)
      .on('error', reject)
      .end(body)
    const response = await promise
    const { statusCode: status = 0, statusMessage: statusText = '', headers } = response
    const requestId = headers['fly-request-id']?.toString()
    return { status, statusText, text: await text(response), requestId }
  } catch (error) {
    const { method, signal } = options
    const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
    const reason = signal.aborted ? endedBy(signal) : connectionFailure(error, url)
    throw new FlyctlError(`${verb} ${JSON.stringify(url)}: ${reason}`, { cause: error })
  }
}

function endedBy({ reason }: AbortSignal): string {
  return Object(reason).name === 'TimeoutError' ? 'net/http: request canceled' : 'context canceled'
}

function connectionFailure(error: unknown, url: string): string {
  const { code, message } = Object(error)
  if (code === 'ECONNREFUSED') return `dial tcp ${new URL(url).host}: connect: connection refused`
  return code === 'ECONNRESET' ? 'EOF' : String(message)
}
