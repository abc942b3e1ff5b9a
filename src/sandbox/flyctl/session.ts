import { FlyctlError } from './failure.js'
import { createFlaps, type Flaps } from './flaps.js'
import { createGraphQl, type GraphQl } from './graphql.js'
import type { Host } from './host.js'
import type { Endpoint } from './http.js'
import { createUiex, type Uiex } from './uiex.js'

/** The sandbox's APIs, asked with the caller's token. */
export interface Session {
  readonly token: string
  readonly graphql: GraphQl
  readonly flaps: Flaps
  readonly uiex: Uiex
  readonly logs: Endpoint
}

/** Raises FlyctlError without a token, and where the environment leads to no sandbox. */
export function openSession({ env, ending: signal }: Host, flag?: string): Session {
  const token = requireToken(env, flag)
  const at = (name: string): Endpoint => ({ token, signal, baseUrl: address(env, name) })
  return {
    token,
    graphql: createGraphQl(at('FLY_API_BASE_URL')),
    flaps: createFlaps(at('FLY_FLAPS_BASE_URL')),
    uiex: createUiex(at('FLY_UIEX_BASE_URL')),
    logs: at('FLY_API_BASE_URL'),
  }
}

/** The first variable that is set counts, even an empty one (flyctl 2026.8, internal/env). */
export function requireToken(env: Host['env'], flag?: string): string {
  const given = flag ?? env.FLY_ACCESS_TOKEN ?? env.FLY_API_TOKEN ?? ''
  const token = given.trim().replace(/^(Bearer|FlyV1) /, '')
  if (token !== '') return token
  throw new FlyctlError("no access token available. Please login with 'flyctl auth login'")
}

function address(env: Host['env'], name: string): string {
  const baseUrl = env[name]
  if (baseUrl !== undefined && URL.canParse(baseUrl)) return baseUrl
  throw new FlyctlError(
    `this stand-in works with the sandbox of flyops only, and ${name} names none`,
  )
}
