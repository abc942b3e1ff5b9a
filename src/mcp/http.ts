import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { serve as listen } from '@hono/node-server'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { Hono } from 'hono'
import { FlyopsError } from '../errors.js'

export interface HttpAddress {
  readonly host: string
  readonly port: string
}

const loopbackHosts = ['127.0.0.1', '::1', 'localhost']
const maxBodyBytes = 1024 * 1024

/**
 * Streamable HTTP without sessions: a server and a transport of its own for every request. Listens on
 * loopback only, since it asks for no token. Raises `invalid_input` for any other address.
 */
export async function serveHttp(
  createServer: () => Server,
  address: HttpAddress,
  { stderr, ending }: { readonly stderr: Writable; readonly ending: AbortSignal },
): Promise<void> {
  const { host, port } = checkAddress(address)
  const server = listen({ fetch: createApp(createServer, host).fetch, hostname: host, port })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  stderr.write(`Listening on http://${host}:${actual}/mcp\n`)
  await new Promise<void>((resolve) =>
    ending.addEventListener('abort', () => resolve(), { once: true }),
  )
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

/** The routes, as a function of a request, so that they can be tried without a port. */
export function createApp(createServer: () => Server, host: string): Hono {
  const app = new Hono()
  app.get('/info', (context) => context.text('Health Ok!'))
  app.post('/mcp', async (context) => {
    if (
      !isLocal(context.req.header('host'), host) ||
      !isLocalOrigin(context.req.header('origin'))
    ) {
      return context.json(rpcError('Forbidden Host or Origin'), 403)
    }
    const server = createServer()
    const transport = new WebStandardStreamableHTTPServerTransport({
      maxRequestBodySize: maxBodyBytes,
    })
    await server.connect(transport)
    return closing(await transport.handleRequest(context.req.raw), server)
  })
  app.all('/mcp', (context) => context.json(rpcError('Method not allowed'), 405))
  return app
}

/** The server lives as long as its one answer; a caller who leaves ends it, and with it the wait. */
function closing(response: Response, server: Server): Response {
  const close = () => void server.close().catch(() => {})
  if (response.body === null) {
    close()
    return response
  }
  const body = response.body.pipeThrough(new TransformStream({ flush: close, cancel: close }))
  return new Response(body, { status: response.status, headers: response.headers })
}

function checkAddress({ host, port }: HttpAddress): { host: string; port: number } {
  if (!loopbackHosts.includes(host)) {
    throw new FlyopsError(
      'invalid_input',
      'settings',
      `--host ${host} is not a loopback address.`,
      {
        remedy: 'Use 127.0.0.1: this server asks for no token, so nobody else may reach it.',
      },
    )
  }
  const number = Number(port)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return { host, port: number }
  throw new FlyopsError('invalid_input', 'settings', `--port ${port} is not a port.`, {
    remedy: 'Give a number from 0 to 65535; 0 takes a free one.',
  })
}

/** A page in a browser may point its own name at this address: only our names are answered. */
function isLocal(header: string | undefined, host: string): boolean {
  const name = header?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return name !== undefined && [...loopbackHosts, host].includes(name)
}

function isLocalOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && isLocal(new URL(origin).host, '127.0.0.1')
}

function rpcError(message: string) {
  return { jsonrpc: '2.0', error: { code: -32_000, message }, id: null }
}
