import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { createVerifier, type TokenSources } from '../access/verifier.js'
import { FlyopsError } from '../errors.js'
import { createHttpApp, type HttpAppOptions } from './http-app.js'
import { rpcError } from './message.js'

export interface HttpOptions extends TokenSources {
  readonly host: string
  readonly port: string
  /** Names under which others reach this server, beside those of this machine. */
  readonly allowedHosts: readonly string[]
  /** Commit that this program was built from, where it is known. */
  readonly commit: string | undefined
  readonly metrics?: HttpAppOptions['metrics']
}

export interface HttpSurroundings
  extends Pick<
    HttpAppOptions,
    'modern' | 'createLegacyServer' | 'localCaller' | 'countForAll' | 'ending'
  > {
  readonly stderr: Writable
  /** Resolves when no work is left. */
  readonly idle: () => Promise<void>
}

const loopbackHosts = ['127.0.0.1', '::1', 'localhost']

/** Clients that send slowly, or nothing, hold a connection no longer than this. */
const timeLimits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 1_000,
  // Longer than the minute after which proxies give up idle connections: they must be the first.
  keepAliveTimeout: 75_000,
}

/** So long the last answers may take to leave after the work is done. */
const lastAnswersMs = 1_000

/**
 * Streamable HTTP without sessions, until `ending` aborts; then no call begins, and those that run are
 * answered. Raises `invalid_input`, and `forbidden` where others could reach it without a token.
 */
export async function serveHttp(options: HttpOptions, parts: HttpSurroundings): Promise<void> {
  const { stderr, ending } = parts
  const { host, commit, metrics } = options
  const port = readPort(options.port)
  const verify = await createVerifier(options)
  if (verify === undefined && !loopbackHosts.includes(host)) throw open(host)
  const app = createHttpApp({
    ...parts,
    verify,
    oauth: options.oauth,
    commit,
    metrics,
    allowedHosts: [...loopbackHosts, host, ...options.allowedHosts].map((name) =>
      name.toLowerCase(),
    ),
    onError: (error) => stderr.write(`flyops: ${describe(error)}\n`),
  })
  const server = createServer(
    timeLimits,
    getRequestListener(app.fetch, { hostname: host, errorHandler: refuseUnreadable }),
  )
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FlyopsError('invalid_input', 'settings', `${host}:${port}: ${describe(cause)}`, {
      remedy: 'Give another --host or --port.',
      cause,
    })
  })
  const { port: actual } = server.address() as AddressInfo
  stderr.write(`Listening on http://${host.includes(':') ? `[${host}]` : host}:${actual}/mcp\n`)
  if (!ending.aborted) await once(ending, 'abort')
  await close(server, parts.idle)
}

/** Work that is stopped still tells its caller how it ended. */
async function close(server: Server, idle: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await Promise.race([closed, idle()])
  server.closeIdleConnections()
  await Promise.race([closed, sleep(lastAnswersMs)])
  server.closeAllConnections()
  await closed
}

/** A Host or a target that is none never gets to the routes. */
function refuseUnreadable(): Response {
  return Response.json(rpcError('This request cannot be read.'), { status: 400 })
}

/** One line, for it is all that the log of a container shows. */
function open(host: string): FlyopsError {
  return new FlyopsError(
    'forbidden',
    'settings',
    `Others can reach --host ${host}: set FLYOPS_HTTP_TOKEN, give --tokens FILE or --oauth-issuer URL, or stay on 127.0.0.1.`,
  )
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new FlyopsError('invalid_input', 'settings', `--port ${text} is not a port.`, {
    remedy: 'Give a number from 0 to 65535; 0 takes a free one.',
  })
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
