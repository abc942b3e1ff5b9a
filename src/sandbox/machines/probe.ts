import { request, STATUS_CODES } from 'node:http'
import { connect } from 'node:net'
import type { HealthCheck } from './check-list.js'

export interface ProbeResult {
  readonly passing: boolean
  readonly output: string
}

const shownBodyChars = 500

/** Asks once. A redirect is an answer like any other that is not 2xx: it is not followed. */
export async function probe(check: HealthCheck, address: string): Promise<ProbeResult> {
  try {
    return await (check.kind === 'http' ? probeHttp(check, address) : probeTcp(check, address))
  } catch (error) {
    // A path or a header that HTTP does not allow.
    return { passing: false, output: String(error) }
  }
}

function probeHttp(check: HealthCheck, address: string): Promise<ProbeResult> {
  const { method, path, headers, port, timeoutMs } = check
  const url = `http://${address}:${port}${path}`
  // Not by the URL: behind it, "@host/x" names another host.
  const target = { host: address, port, path, method, headers, agent: false }
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ passing: false, output: refusal(url, error) })
    const signal = AbortSignal.timeout(timeoutMs)
    const asked = request({ ...target, signal }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => {
        if (body.length < shownBodyChars) body += text
      })
      answer.on('error', fail)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const reason = answer.statusMessage || STATUS_CODES[status] || ''
        const output = `HTTP ${method} ${url}: ${status} ${reason} Output: ${excerpt(body)}`
        resolve({ passing: status >= 200 && status < 300, output })
      })
    })
    asked.on('error', fail)
    asked.end()
  })
}

function probeTcp({ port, timeoutMs }: HealthCheck, address: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs })
    function end(passing: boolean, output: string): void {
      socket.destroy()
      resolve({ passing, output })
    }
    socket.on('connect', () => end(true, 'Success'))
    socket.on('timeout', () => end(false, `dial tcp ${address}:${port}: i/o timeout`))
    socket.on('error', (error) => end(false, `dial tcp ${address}:${port}: ${reason(error)}`))
  })
}

function refusal(url: string, error: Error): string {
  return `Get "${url}": ${reason(error)}`
}

/** Go's words for what went wrong, as Fly's checks print them. */
function reason(error: Error & { code?: string }): string {
  if (error.code === 'ECONNREFUSED') return 'connect: connection refused'
  if (error.code === 'ECONNRESET') return 'read: connection reset by peer'
  if (error.code === 'EHOSTUNREACH') return 'connect: no route to host'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return 'context deadline exceeded'
  }
  return error.message
}

function excerpt(body: string): string {
  return body.slice(0, shownBodyChars).trim()
}
