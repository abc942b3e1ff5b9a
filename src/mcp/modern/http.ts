import type { Caller } from '../../access/caller.js'
import { type RpcMessage, type RpcRequest, rpcError } from '../message.js'
import { handle, type ModernAnswer, type ModernServer, refusalOf } from './handle.js'
import { checkHeaders } from './headers.js'

/** An answer that takes longer is a stream from then on, so that nobody between takes the connection for dead. */
const patienceMs = 1_000
const keepAliveMs = 15_000

export interface HttpCall {
  /** Its signal aborts where the client closes the connection. */
  readonly request: Request
  readonly caller: Caller
}

/** Answers one POST of MCP 2026-07-28 (Streamable HTTP): with JSON, or where it takes longer with a stream. */
export async function answerOverHttp(
  server: ModernServer,
  message: RpcMessage,
  call: HttpCall,
): Promise<Response> {
  const { headers } = call.request
  const fault = faultOf(headers)
  if (fault !== undefined) return fault
  // No notification means anything here: who closes the connection cancels the request.
  if (!('method' in message && 'id' in message)) return new Response(undefined, { status: 202 })
  try {
    checkHeaders(headers, message)
  } catch (error) {
    return asJson(refusalOf(error, message.id, server.onError))
  }
  return answerRequest(server, message, call)
}

/** A page in a browser can send no JSON to others; and what a client cannot read is not sent. */
function faultOf(headers: Headers): Response | undefined {
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json')
    return Response.json(rpcError('Content-Type must be application/json.'), { status: 415 })
  const accepted = headers.get('accept') ?? ''
  const types = ['application/json', 'text/event-stream']
  if (accepted.includes('*/*') || types.every((each) => accepted.includes(each))) return undefined
  return Response.json(rpcError(`Accept must have ${types.join(' and ')}.`), { status: 406 })
}

async function answerRequest(
  server: ModernServer,
  request: RpcRequest,
  { caller, request: { signal: gone } }: HttpCall,
): Promise<Response> {
  const left = new AbortController()
  const leave = () => left.abort()
  gone.addEventListener('abort', leave, { once: true })
  if (gone.aborted) leave()
  const { readable, write, end } = createStream(leave)
  const streaming = Promise.withResolvers<'stream'>()
  const answered = handle(server, request, {
    caller,
    signal: left.signal,
    notify(notification) {
      write(notification)
      streaming.resolve('stream')
    },
  })
  const patience = setTimeout(() => streaming.resolve('stream'), patienceMs)
  const first = await Promise.race([answered, streaming.promise])
  clearTimeout(patience)
  void answered.then(({ message }) => {
    gone.removeEventListener('abort', leave)
    end(message)
  })
  return first === 'stream' ? asStream(readable) : asJson(first)
}

function asJson({ message, httpStatus }: ModernAnswer): Response {
  return Response.json(message, { status: httpStatus })
}

function asStream(body: ReadableStream): Response {
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    // Proxies would hold back what is to be seen at once.
    'x-accel-buffering': 'no',
  }
  return new Response(body, { headers })
}

/** Messages as server-sent events, with a comment now and then while there are none. */
function createStream(onGone: () => void) {
  const encoder = new TextEncoder()
  let open: ReadableStreamDefaultController<Uint8Array> | undefined
  const close = () => {
    clearInterval(keepAlive)
    open = undefined
  }
  const put = (text: string) => open?.enqueue(encoder.encode(text))
  const keepAlive = setInterval(() => put(':\n\n'), keepAliveMs)
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      open = controller
    },
    cancel() {
      close()
      onGone()
    },
  })
  const write = (message: object) => put(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
  return {
    readable,
    write,
    end(message: object): void {
      write(message)
      open?.close()
      close()
    },
  }
}
