import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Fault } from './fault.js'

export interface WholeAnswer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** Promises the whole answer, sends half of it, and cuts the connection. */
export function truncate(response: ServerResponse, { status, headers, body }: WholeAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}

/** How long to wait, where the fault says it. */
export function waitHeader({ retry_after }: Fault): Record<string, string> {
  return retry_after === undefined ? {} : { 'retry-after': String(retry_after) }
}
