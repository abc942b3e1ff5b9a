import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import httpProxy from 'http-proxy-3'
import type { Log } from '../../log.js'
import { truncate, waitHeader } from '../faults/answers.js'
import type { Fault } from '../faults/fault.js'
import type { Faults } from '../faults/faults.js'
import { localOnly } from '../local-only.js'
import type { Access } from '../platform/access.js'
import { actions } from '../platform/caveats.js'
import type { LoginWindow } from './login-window.js'

export interface AuthProxyOptions {
  /** Socket of the registry behind the proxy. */
  readonly backend: string
  /** What a token opens; undefined: nothing. */
  readonly accessOf: (token: string) => Access | undefined
  readonly login: LoginWindow
  /** Whether the app that owns a repository is there. */
  readonly ownsRepository: (app: string) => boolean
  readonly faults: Pick<Faults, 'strike'>
  readonly log: Log
}

/**
 * The proxy before the registry: Basic auth with user `x` and the Fly token, a login that expires, and
 * no repository without its app. It must be served on one port with one name, as docker keeps
 * credentials by host and port.
 */
export function createAuthProxy(options: AuthProxyOptions): Server {
  const target = { protocol: 'http:', host: 'registry', port: 80, socketPath: options.backend }
  // A registry that closes after its answer makes Node's empty last write fail with EPIPE, and the answer is lost.
  const staysOpen = { agent: new Agent({ keepAlive: true }), headers: { connection: 'keep-alive' } }
  const proxy = httpProxy.createProxyServer({ target, xfwd: false, ...staysOpen })
  proxy.on('error', (error, _request, response) => {
    options.log.warn({ error: error.message }, 'the registry did not answer')
    if ('writeHead' in response && !response.headersSent) {
      refuse(response, { status: 502, code: 'UNAVAILABLE', message: 'the registry did not answer' })
    }
  })
  const truncated = new WeakSet<ServerResponse>()
  proxy.on('proxyRes', (answer, _request, response) => {
    if (truncated.has(response)) truncateProxied(answer, response)
  })
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = check(request, options)
    const isMet = refusal === undefined || isDoctor(request)
    const fault = isMet ? await faultOf(request, options) : undefined
    if (fault?.kind === 'reset') request.socket.resetAndDestroy()
    else if (fault?.kind === 'hang') return
    else if (fault?.kind === 'status') refuse(response, answerOf(fault), waitHeader(fault))
    else if (refusal !== undefined) refuse(response, refusal)
    else {
      if (fault?.kind === 'latency') await sleep(fault.seconds * 1000)
      const selfHandleResponse = fault?.kind === 'truncate'
      if (selfHandleResponse) truncated.add(response)
      proxy.web(request, response, { selfHandleResponse })
    }
  }
  const server = createServer(localOnly((request, response) => void serve(request, response)))
  // A layer may take longer than Node's five minutes for one request.
  server.requestTimeout = 0
  return server
}

interface Refusal {
  readonly status: number
  /** Error codes of the distribution specification. */
  readonly code: string
  readonly message: string
}

const unauthorized: Refusal = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'authentication required',
}

/** An app that is not there, or not for this token. */
const foreign: Refusal = {
  status: 404,
  code: 'NAME_UNKNOWN',
  message: 'app repository not found',
}

/** A push, with a token that only reads. */
const denied: Refusal = {
  status: 403,
  code: 'DENIED',
  message: 'requested access to the resource is denied',
}

function check(request: IncomingMessage, options: AuthProxyOptions): Refusal | undefined {
  const { method = 'GET', headers } = request
  const { pathname: path } = new URL(request.url ?? '/', 'http://proxy')
  if (!path.startsWith('/v2/')) return { status: 404, code: 'UNSUPPORTED', message: 'not found' }
  const access = options.accessOf(tokenIn(headers.authorization) ?? '')
  if (access === undefined) return unauthorized
  const userAgent = headers['user-agent'] ?? ''
  if (!options.login.admits({ method, path, userAgent })) return unauthorized
  const app = /^\/v2\/([^/]+)\//.exec(path)?.[1]
  if (app === undefined || app === '_catalog') return undefined
  const isOpen = options.ownsRepository(app) && access.permits({ action: actions.read, app })
  if (!isOpen) return foreign
  const isReading = method === 'GET' || method === 'HEAD'
  return isReading || access.permits({ action: actions.write, app }) ? undefined : denied
}

/** The ping of `docker login` is spared: a fault strikes what the login is for. */
async function faultOf(
  request: IncomingMessage,
  { faults }: AuthProxyOptions,
): Promise<Fault | undefined> {
  const { method = 'GET', url: path = '/' } = request
  const isSpared = path === '/v2/' && !isDoctor(request)
  return isSpared ? undefined : faults.strike({ place: 'registry', method, path })
}

/** It asks without a login, and is to see what fails. */
function isDoctor({ url, headers }: IncomingMessage): boolean {
  return url === '/v2/' && headers['user-agent'] === 'flyops' && !headers.authorization
}

function answerOf({ status }: Fault): Refusal {
  if (status === 401) return unauthorized
  return { status, code: 'UNKNOWN', message: 'the registry failed' }
}

/** The password of user `x`. */
function tokenIn(authorization: string | undefined): string | undefined {
  const [scheme, encoded] = (authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return undefined
  return /^x:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString())?.[1]
}

function truncateProxied(answer: IncomingMessage, response: ServerResponse): void {
  const { statusCode: status = 502, headers } = answer
  buffer(answer).then(
    (body) => truncate(response, { status, headers, body }),
    () => response.destroy(),
  )
}

function refuse(
  response: ServerResponse,
  { status, code, message }: Refusal,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'docker-distribution-api-version': 'registry/2.0',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="flyops sandbox registry"' } : {}),
  })
  response.end(JSON.stringify({ errors: [{ code, message, detail: null }] }))
}
