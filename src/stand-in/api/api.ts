import { FlyctlError, wrap } from '../failure.js'
import type { Host } from '../host.js'
import { type HttpAnswer, send } from './http.js'

/** Fly's APIs at the sandbox's addresses. Their answers are taken as the sandbox gives them. */
export interface Api {
  /** As docker logs in with it. */
  readonly token: string
  /** Asks GraphQL. Failures carry the whole query, as flyctl's do (superfly/graphql 0.2.6). */
  ask<Data>(query: Query): Promise<Data>
  /** Calls the Machines API, below /v1/apps. Failures carry the server's words (fly-go 0.9, flaps). */
  machines<Answer = unknown>(call: Call & { readonly nonce?: string | undefined }): Promise<Answer>
  /** Calls the API of releases, below /api/v1 (flyctl 2026.8, internal/uiex). */
  uiex<Answer = unknown>(call: Call & { readonly doing: string }): Promise<Answer>
  /** Reads a page of an app's log. Failures say the HTTP status, and nothing else. */
  log<Answer>(app: string, query: URLSearchParams): Promise<Answer>
}

export interface Query {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** Of the queries that flyctl's generated client sends. */
  readonly operationName?: string
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Instead of the one that ends the command. */
  readonly signal?: AbortSignal
}

/** Raises FlyctlError without a token, or where the sandbox's addresses are not set. */
export function openApi({ env, signal: ending }: Host): Api {
  const token = readToken(env)
  const graphql = addressOf(env, 'FLY_API_BASE_URL')
  const flaps = addressOf(env, 'FLY_FLAPS_BASE_URL')
  const uiex = addressOf(env, 'FLY_UIEX_BASE_URL')

  function call(
    url: string,
    { method = 'GET', body, signal = ending }: Omit<Call, 'path'>,
    own = {},
  ) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...own }
    const text = body === undefined ? undefined : JSON.stringify(body)
    return send({ method, url, headers, body: text, signal })
  }

  return {
    token,
    async ask({ query, variables = {}, operationName }) {
      try {
        const body = { query, variables, operationName }
        const { status, text } = await call(`${graphql}/graphql`, { method: 'POST', body })
        if (status !== 200)
          throw new FlyctlError(`server returned a non-200 status code: ${status}`)
        const { data, errors } = JSON.parse(text)
        if (errors?.[0]) throw new FlyctlError(errors[0].message)
        return data
      } catch (error) {
        throw wrap(`failed to run ${query}`, error)
      }
    },
    async machines({ path, nonce, ...asked }) {
      const headers = nonce === undefined ? {} : { 'fly-machine-lease-nonce': nonce }
      const answer = await call(`${flaps}/v1/apps${path}`, asked, headers)
      if (answer.status > 299) throw refused(answer)
      return JSON.parse(answer.text || 'null')
    },
    async uiex({ path, doing, ...asked }) {
      const { status, text } = await call(`${uiex}/api/v1${path}`, asked)
      if (status === 200 || status === 201) return JSON.parse(text)
      const words = `failed to ${doing} (status ${status}): ${text}`
      throw new FlyctlError(words, { httpStatus: status })
    },
    async log(app, query) {
      const url = `${graphql}/api/v1/apps/${app}/logs?${query}`
      const { status, statusText, text } = await call(url, {})
      if (status !== 200) throw new FlyctlError(`${status} ${statusText}`, { httpStatus: status })
      return JSON.parse(text)
    },
  }
}

/** The first variable that is present counts, even when it is empty (flyctl 2026.8, internal/config). */
function readToken(env: Host['env']): string {
  const token = env.FLY_ACCESS_TOKEN ?? env.FLY_API_TOKEN ?? ''
  if (token !== '') return token
  throw new FlyctlError("no access token available. Please login with 'flyctl auth login'")
}

/** The stand-in is for the sandbox: it never asks Fly.io itself. */
function addressOf(env: Host['env'], name: string): string {
  const address = env[name]
  if (address && URL.canParse(address)) return address
  throw new FlyctlError(
    `${name} is not set: the stand-in for flyctl works with the flyops sandbox alone`,
  )
}

function refused({ status, text, requestId }: HttpAnswer): FlyctlError {
  const words = problemIn(text) ?? `request returned non-2xx status: ${status}: ${text}`
  return new FlyctlError(words, { httpStatus: status, requestId })
}

function problemIn(text: string): string | undefined {
  try {
    return JSON.parse(text).error
  } catch {
    return undefined
  }
}
