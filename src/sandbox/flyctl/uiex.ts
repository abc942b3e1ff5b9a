import { type Endpoint, type Reply, type Request, send } from './http.js'

/** Asks the release and organization routes; paths begin behind /api/v1. Every status is an answer. */
export type Uiex = (request: Request) => Promise<Reply>

export function createUiex(endpoint: Endpoint): Uiex {
  return (request) => send(endpoint, { ...request, path: `/api/v1${request.path}` })
}
