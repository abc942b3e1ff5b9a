import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { RpcMessage } from '../message.js'

export interface Exchange {
  readonly response: Response
  /** Ends the answer where it is, and every call with it. */
  readonly close: () => void
  /** Resolves when the answer is over, or its reader is gone. */
  readonly over: Promise<void>
}

/** Streamable HTTP as clients speak it that begin with `initialize`: the server lives as long as its one answer. */
export async function exchange(
  server: Server,
  message: RpcMessage,
  request: Request,
): Promise<Exchange> {
  const transport = new WebStandardStreamableHTTPServerTransport()
  await server.connect(transport)
  const over = Promise.withResolvers<void>()
  const close = () => {
    over.resolve()
    void server.close().catch(() => {})
  }
  const response = await transport.handleRequest(request, { parsedBody: message })
  if (response.body === null) {
    close()
    return { response, close, over: over.promise }
  }
  const body = response.body.pipeThrough(new TransformStream({ flush: close, cancel: close }))
  const { status, headers } = response
  return { response: new Response(body, { status, headers }), close, over: over.promise }
}
