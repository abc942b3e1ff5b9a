import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import httpProxy from 'http-proxy-3'
import type { Log } from '../../log.js'
import type { AppPorts } from '../api/context.js'
import type { Faults } from '../faults/faults.js'
import { isLocal, localOnly } from '../local-only.js'
import type { Machines } from '../machines/machines.js'
import type { Platform } from '../platform/platform.js'
import { close, freePort, listen } from '../ports.js'
import { startIdleStops } from './idle.js'
import { createRouter } from './route.js'
import { createUsage } from './usage.js'

export interface EdgeOptions {
  readonly platform: Platform
  readonly machines: Machines
  readonly faults: Faults
  /** A machine without requests for so long is stopped, where its service wants that. */
  readonly idleMs: number
  readonly log: Log
}

export interface Edge extends AppPorts {
  closeAll(): Promise<void>
}

/** Fly's words where no machine can take a request (fly-proxy, PR03). */
const noCandidate = 'could not find a good candidate within 40 attempts at load balancing\n'

/**
 * Fly's proxy: one port on loopback an app, in plain HTTP. A request goes to a started machine;
 * where there is none, one that may be started is, and the request waits for it.
 */
export function createEdge({ platform, machines, faults, idleMs, log }: EdgeOptions): Edge {
  const servers = new Map<string, Server>()
  const usage = createUsage(platform.clock)
  const route = createRouter({ platform, machines, faults })
  const stopIdle = startIdleStops({ platform, machines, usage, idleMs, log })
  const proxy = httpProxy.createProxyServer({ xfwd: true, ws: true })
  proxy.on('error', (error, _request, response) => {
    log.info({ error: error.message }, 'a machine did not answer')
    if ('writeHead' in response) answer(response, 502, `${error.message}\n`)
    else response.end()
  })

  async function forward(app: string, request: IncomingMessage, response: ServerResponse) {
    const requestId = platform.clock.randomHex(13).toUpperCase()
    response.setHeader('fly-request-id', `${requestId}-local`)
    const target = await route(app)
    if (target === undefined) {
      answer(response, 503, noCandidate)
      return
    }
    response.once('close', usage.begin(target.machine))
    proxy.web(request, response, { target: target.url })
  }

  async function upgrade(app: string, request: IncomingMessage, socket: Duplex, head: Buffer) {
    const target = await route(app)
    if (target === undefined) {
      socket.destroy()
      return
    }
    socket.once('close', usage.begin(target.machine))
    proxy.ws(request, socket, head, { target: target.url })
  }

  return {
    allocate: freePort,
    async open(app) {
      const server = createServer(
        localOnly((request, response) => {
          forward(app, request, response).catch((error: unknown) => {
            log.error({ app, error: String(error) }, 'the edge failed')
            answer(response, 502, 'the edge failed\n')
          })
        }),
      )
      server.on('upgrade', (request, socket, head) => {
        if (!isLocal(request)) socket.destroy()
        else upgrade(app, request, socket, head).catch(() => socket.destroy())
      })
      const port = await listen(server, platform.apps.get(app).port)
      platform.apps.setPort(app, port)
      servers.set(app, server)
    },
    async close(app) {
      const server = servers.get(app)
      servers.delete(app)
      if (server !== undefined) await close(server)
    },
    async closeAll() {
      stopIdle()
      await Promise.all([...servers.values()].map(close))
      proxy.close()
    },
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(text)
}
