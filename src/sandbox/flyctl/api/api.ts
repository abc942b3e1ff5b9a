import { FlyctlError } from '../program/failure.js'
import type { Host } from '../program/host.js'
import { type Ask, createGraphql } from './graphql.js'
import { send } from './http.js'
import { type CallMachines, createMachinesApi } from './machines-api.js'
import { type CallUiex, createUiex } from './uiex.js'

/** Fly's APIs, as the environment says where they are. */
export interface Api {
  readonly token: string
  readonly ask: Ask
  readonly machines: CallMachines
  readonly uiex: CallUiex
  /** Of the log route. */
  readonly baseUrl: string
  readonly signal: AbortSignal
}

/** Raises flyctl's own error where there is no token. */
export function createApi({ env, signal }: Host, accessToken: string): Api {
  const token = readToken(env, accessToken)
  const endpoint = (name: string) => ({ baseUrl: addressOf(env, name), token, signal, send })
  return {
    token,
    ask: createGraphql(endpoint('FLY_API_BASE_URL')),
    machines: createMachinesApi(endpoint('FLY_FLAPS_BASE_URL')),
    uiex: createUiex(endpoint('FLY_UIEX_BASE_URL')),
    baseUrl: addressOf(env, 'FLY_API_BASE_URL'),
    signal,
  }
}

/** The first variable that is present counts, even when it is empty (flyctl 2026.8, internal/config). */
export function readToken(env: Host['env'], accessToken: string): string {
  const given = accessToken || (env.FLY_ACCESS_TOKEN ?? env.FLY_API_TOKEN ?? '')
  const token = given.trim().replace(/^(Bearer|FlyV1) /, '')
  if (token === '')
    throw new FlyctlError("no access token available. Please login with 'flyctl auth login'")
  return token
}

/** The stand-in is for the sandbox: it never asks Fly.io itself. */
function addressOf(env: Host['env'], name: string): string {
  const address = env[name]
  if (!address || !URL.canParse(address))
    throw new FlyctlError(
      `${name} is not set: the stand-in for flyctl works with the flyops sandbox alone`,
    )
  return address.replace(/\/+$/, '')
}
