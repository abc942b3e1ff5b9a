import { decode } from '../go/decode.js'
import type { GoType } from '../go/types.js'
import { FlyctlError } from '../program/failure.js'
import type { Endpoint } from './graphql.js'

export interface UiexRequest<Answer> {
  readonly method?: 'GET' | 'POST' | 'PATCH'
  /** Below /api/v1. */
  readonly path: string
  /** JSON text. */
  readonly body?: string
  readonly answer: GoType<Answer>
  /** "create release", for the error. */
  readonly doing: string
  readonly signal?: AbortSignal
}

export type CallUiex = <Answer>(request: UiexRequest<Answer>) => Promise<Answer>

/** Calls the release and organization API (flyctl 2026.8, internal/uiex). */
export function createUiex(endpoint: Endpoint): CallUiex {
  const { baseUrl, token, send } = endpoint
  return async ({ method = 'GET', path, body, answer, doing, signal }) => {
    const { status, text } = await send({
      method,
      url: `${baseUrl}/api/v1${path}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : `${body}\n`,
      signal: signal ?? endpoint.signal,
    })
    if (status !== 200 && status !== 201)
      throw new FlyctlError(`failed to ${doing} (status ${status}): ${text}`, {
        httpStatus: status,
      })
    return decode(answer, JSON.parse(text))
  }
}
