import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Fault } from './faults/fault.js'
import type { FaultyMachine, FaultyRequest } from './faults/faults.js'

/** A request that was answered, or whose connection ended. */
export interface SeenRequest {
  readonly place: 'api' | 'registry'
  readonly method: string
  /** With its query. */
  readonly path: string
  /** 0 where there was no answer. */
  readonly status: number
  readonly startedAtMs: number
  readonly durationMs: number
}

/** Is told what happens in a sandbox. */
export interface Observer {
  request(seen: SeenRequest): void
  strike(fault: Fault, met: FaultyRequest | FaultyMachine): void
}

/** Tells the observer of each request to that server. */
export function watchRequests(
  server: Server,
  place: SeenRequest['place'],
  observer: Observer | undefined,
): void {
  if (observer === undefined) return
  server.on(
    'request',
    ({ method = '', url: path = '' }: IncomingMessage, response: ServerResponse) => {
      const startedAtMs = Date.now()
      response.once('close', () => {
        const status = response.headersSent ? response.statusCode : 0
        const durationMs = Date.now() - startedAtMs
        observer.request({ place, method, path, status, startedAtMs, durationMs })
      })
    },
  )
}
