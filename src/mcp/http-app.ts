import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Caller } from '../access/caller.js'
import type { Verifier } from '../access/verifier.js'
import { version } from '../version.js'
import { type GuardedEnv, namesGuard, rateGuard, refuse, tokenGuard } from './http-guards.js'
import { maxMessageBytes, readMessage, tooLong } from './message.js'
import { page } from './page.js'

export interface HttpAppOptions {
  /** A server of its own for every request. */
  readonly createServer: (caller: Caller) => Server
  /** Undefined where no token is asked for. */
  readonly verify: Verifier | undefined
  /** Who calls where no token is asked for. */
  readonly localCaller: Caller
  /** Names, without ports, under which this server is reached. */
  readonly allowedHosts: readonly string[]
  /** Commit that this program was built from, where it is known. */
  readonly commit: string | undefined
  /** Aborts when no further call may begin. */
  readonly ending: AbortSignal
  readonly onError: (error: unknown) => void
}

/** The routes. Health checks name an address as Host and have no token: /info asks for neither. */
export function createHttpApp(options: HttpAppOptions): Hono<GuardedEnv> {
  const { commit, ending } = options
  const app = new Hono<GuardedEnv>()
  app.use(
    secureHeaders({
      // Whether there is TLS is for the proxy in front to say.
      strictTransportSecurity: false,
      contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] },
    }),
  )
  app.get('/info', (context) =>
    context.text(`Health Ok!\nflyops ${version}, commit ${commit ?? 'unknown'}\n`),
  )
  app.get('/', (context) => context.redirect('/static/'))
  app.get('/static/', (context) => context.html(page))
  app.use(
    '/mcp',
    namesGuard(options.allowedHosts),
    tokenGuard(options.verify, options.localCaller),
    rateGuard(),
  )
  const limit = bodyLimit({
    maxSize: maxMessageBytes,
    onError: (context) => context.json(tooLong, 413),
  })
  app.post('/mcp', limit, (context) => {
    if (ending.aborted) return refuse(context, 503, 'This server is ending.')
    return answer(options.createServer(context.get('caller')), context)
  })
  app.all('/mcp', (context) => {
    context.header('Allow', 'POST')
    return refuse(context, 405, 'Only POST is served: there are no sessions.')
  })
  app.notFound((context) => refuse(context, 404, 'Not found. MCP is served at /mcp.'))
  app.onError((error, context) => {
    options.onError(error)
    return refuse(context, 500, 'Internal error', -32_603)
  })
  return app
}

/** The server lives as long as its one answer; a caller who leaves ends it, and with it the wait. */
async function answer(server: Server, context: Context): Promise<Response> {
  // Who leaves in the middle of a body has sent no message.
  const sent = await context.req.arrayBuffer().catch(() => new ArrayBuffer(0))
  const reading = readMessage(new Uint8Array(sent))
  if (reading.kind === 'refused') {
    // Wrong parameters are the answer to a request: only what is no message is refused by HTTP.
    const isAnswer = reading.error.error.code === ErrorCode.InvalidParams
    return context.json(reading.error, isAnswer ? 200 : 400)
  }
  const transport = new WebStandardStreamableHTTPServerTransport()
  await server.connect(transport)
  const response = await transport.handleRequest(context.req.raw, {
    parsedBody: reading.message,
  })
  const close = () => void server.close().catch(() => {})
  if (response.body === null) {
    close()
    return response
  }
  const body = response.body.pipeThrough(new TransformStream({ flush: close, cancel: close }))
  return new Response(body, { status: response.status, headers: response.headers })
}
