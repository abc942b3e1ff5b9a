import { dirname } from 'node:path/posix'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Caller, Verifier } from '../access/caller.js'
import type { OAuthSettings } from '../access/oauth-settings.js'
import type { CountRequest } from '../jobs/count-request.js'
import { version } from '../version.js'
import {
  type GuardedEnv,
  howToLogInWithoutOAuth,
  metadataPath,
  namesGuard,
  rateGuard,
  refuse,
  tokenGuard,
} from './http-guards.js'
import { refusalOfForm } from './legacy/forms.js'
import { createRunningCalls, type RunningCalls } from './legacy/running-calls.js'
import type { LegacyCaller } from './legacy/server.js'
import { legacyVersions } from './legacy-versions.js'
import { maxMessageBytes, type RpcMessage, readMessage, tooLong, wrongParams } from './message.js'
import { versionOf } from './modern/envelope.js'
import type { ModernServer } from './modern/handle.js'
import { answerOverHttp } from './modern/http.js'
import { page } from './page.js'

export interface HttpAppOptions {
  readonly modern: ModernServer
  /** A server of its own for every request of clients that begin with `initialize`. */
  readonly createLegacyServer: (caller: LegacyCaller) => Promise<Server>
  /** Undefined where no token is asked for. */
  readonly verify: Verifier | undefined
  /** Where clients may sign in; undefined where only tokens of flyops are taken. */
  readonly oauth: OAuthSettings | undefined
  /** Who calls where no token is asked for. */
  readonly localCaller: Caller
  /** Counts requests of callers at all instances; undefined where this one counts alone. */
  readonly countForAll?: CountRequest | undefined
  /** Names, without ports, under which this server is reached. */
  readonly allowedHosts: readonly string[]
  /** Commit that this program was built from, where it is known. */
  readonly commit: string | undefined
  /** What is answered at /metrics; undefined where nobody asks for it. */
  readonly metrics?: ServedMetrics | undefined
  /** Aborts when no further call may begin. */
  readonly ending: AbortSignal
  readonly onError: (error: unknown) => void
}

export interface ServedMetrics {
  readonly contentType: string
  text(): Promise<string>
}

/** The routes. Health checks name an address as Host and have no token: /info asks for neither. */
export function createHttpApp(options: HttpAppOptions): Hono<GuardedEnv> {
  const { commit, ending, metrics } = options
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
  const guards = [namesGuard(options.allowedHosts), tokenGuard(options), rateGuard(options)]
  app.use('/mcp', ...guards)
  if (metrics !== undefined) {
    app.use('/metrics', ...guards)
    app.get('/metrics', async (context) =>
      context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
    )
  }
  const limit = bodyLimit({
    maxSize: maxMessageBytes,
    onError: (context) => context.json(tooLong, 413),
  })
  const runningCalls = createRunningCalls()
  app.post('/mcp', limit, async (context) => {
    if (ending.aborted) return refuse(context, 503, 'This server is ending.')
    const request = context.req.raw
    // Who leaves in the middle of a body has sent no message.
    const sent = await context.req.arrayBuffer().catch(() => new ArrayBuffer(0))
    const reading = readMessage(new Uint8Array(sent))
    if (reading.kind === 'refused') {
      // Wrong parameters are the answer to a request: only what is no message is refused by HTTP.
      return context.json(reading.error, reading.error.error.code === wrongParams ? 200 : 400)
    }
    const { message } = reading
    const caller = context.get('caller')
    return isModern(message, request.headers)
      ? answerOverHttp(options.modern, message, { request, caller })
      : answerLegacy(message, { request, caller }, options.createLegacyServer, runningCalls)
  })
  app.all('/mcp', (context) => {
    context.header('Allow', 'POST')
    return refuse(context, 405, 'Only POST is served: there are no sessions.')
  })
  const { oauth } = options
  if (oauth !== undefined) {
    const metadata = resourceMetadata(oauth)
    for (const path of [metadataPath, dirname(metadataPath)])
      app.get(path, (context) => context.json(metadata))
  }
  app.get('/.well-known/*', (context) =>
    refuse(
      context,
      404,
      oauth === undefined ? `Not found. ${howToLogInWithoutOAuth}` : 'Not found.',
    ),
  )
  app.notFound((context) => refuse(context, 404, 'Not found. MCP is served at /mcp.'))
  app.onError((error, context) => {
    options.onError(error)
    if (error.name === issuerAway) return triedLater(context)
    return refuse(context, 500, 'Internal error', -32_603)
  })
  return app
}

/** By name: who signs nobody in loads nothing of it. */
const issuerAway = 'IssuerAway'

function triedLater(context: Context): Response {
  context.header('Retry-After', '5')
  return refuse(context, 503, 'The authorization server does not answer; see Retry-After.')
}

/** RFC 9728, section 2. */
function resourceMetadata({ resource, issuer, scope }: OAuthSettings) {
  return {
    resource,
    resource_name: 'flyops',
    authorization_servers: [issuer],
    scopes_supported: [scope],
    bearer_methods_supported: ['header'],
  }
}

/** A version that no client negotiates by `initialize` is named by each request, in its body and in a header. */
function isModern(message: RpcMessage, headers: Headers): boolean {
  const named = headers.get('mcp-protocol-version')
  if (named !== null && !legacyVersions.includes(named)) return true
  return 'method' in message && versionOf(message.params) !== undefined
}

/** A connection that is lost cancels nothing (MCP 2025-11-25, Streamable HTTP): a notification does. */
async function answerLegacy(
  message: RpcMessage,
  { request, caller }: { readonly request: Request; readonly caller: Caller },
  createServer: HttpAppOptions['createLegacyServer'],
  running: RunningCalls,
): Promise<Response> {
  const refusal = refusalOfForm(message)
  if (refusal !== undefined) return Response.json(refusal)
  if ('method' in message && message.method === 'notifications/cancelled')
    running.cancel(caller.owner, message.params?.requestId)
  let isCancelled = false
  const server = await createServer({ caller, keepsWork: () => !isCancelled })
  const { exchange } = await import('./legacy/http.js')
  const { response, close, over } = await exchange(server, message, request)
  if ('method' in message && 'id' in message) {
    const remove = running.add(caller.owner, message.id, () => {
      isCancelled = true
      close()
    })
    void over.then(remove)
  }
  return response
}
