import { setTimeout as sleep } from 'node:timers/promises'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import type { Caller, Verifier } from '../access/caller.js'
import type { OAuthSettings } from '../access/oauth-settings.js'
import { createSlowVerifier } from '../access/slow-verifier.js'
import { bearerToken } from '../access/verifier.js'
import type { CountRequest } from '../jobs/count-request.js'
import { rpcError } from './message.js'
import { createRequestStore } from './request-store.js'

/** What the guards find out for the routes behind them. */
export type GuardedEnv = { Variables: { caller: Caller } }

type Guard = MiddlewareHandler<GuardedEnv>

/** Requests of one caller in a minute: many more than a model makes. */
const requestLimit = { limit: 600, windowMs: 60_000 }

/** Clients that are refused look for OAuth, and blame what they do not find. */
export const howToLogInWithoutOAuth =
  'Send one as the header Authorization: Bearer TOKEN; who runs this server makes them with `flyops token`. There is no OAuth here, and nothing to register.'

/** Every refusal has this form: clients of JSON-RPC can read no other. */
export function refuse(
  context: Context,
  status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 503,
  message: string,
  code?: number,
): Response {
  return context.json(rpcError(message, code), status)
}

/**
 * A page in a browser may point a name of its own at this address, or call it from elsewhere: only our
 * names are answered. Other programs send no Origin.
 */
export function namesGuard(allowedHosts: readonly string[]): Guard {
  const isOurs = (authority: string | undefined) =>
    authority !== undefined && allowedHosts.includes(hostNameOf(authority))
  return async (context, next) => {
    // A target in absolute form names a host too, and stands above the header (RFC 9112, section 3.2.2).
    const names = [context.req.header('host'), authorityOf(context.req.url)]
    if (!names.every(isOurs)) return refuse(context, 403, 'This Host is not served.')
    const origin = context.req.header('origin')
    if (origin === undefined || isOurs(authorityOf(origin))) return next()
    return refuse(context, 403, 'This Origin is not served.')
  }
}

/** Where clients find the authorization server: RFC 9728, section 3.1, the path of the resource last. */
export const metadataPath = '/.well-known/oauth-protected-resource/mcp'

export interface TokenGuardOptions {
  /** Without one, whoever gets here is the machine's user. */
  readonly verify: Verifier | undefined
  readonly localCaller: Caller
  readonly oauth: OAuthSettings | undefined
}

export function tokenGuard({ verify, localCaller, oauth }: TokenGuardOptions): Guard {
  const challenge = createChallenge(oauth)
  const howToLogIn =
    oauth === undefined
      ? howToLogInWithoutOAuth
      : `Sign in at ${oauth.issuer}, or send one of flyops.`
  const slowly =
    verify === undefined
      ? undefined
      : createSlowVerifier(verify, { now: () => performance.now(), sleep })
  return async (context, next) => {
    if (slowly === undefined) {
      context.set('caller', localCaller)
      return next()
    }
    const token = bearerOf(context.req.header('authorization'))
    if (token === undefined)
      return unauthorized(context, `This server wants a token. ${howToLogIn}`, challenge())
    const answer = await slowly(token, getConnInfo(context).remote.address ?? '')
    if (answer.kind === 'wrong')
      return unauthorized(context, 'This token is not valid.', challenge('invalid_token'))
    if (answer.kind === 'slowed') return slowedDown(context, answer.waitMs)
    const { lacksScope } = answer.caller
    if (lacksScope !== undefined) {
      context.header('WWW-Authenticate', challenge('insufficient_scope'))
      return refuse(context, 403, `This token lacks the scope ${lacksScope}.`)
    }
    context.set('caller', answer.caller)
    return next()
  }
}

export function rateGuard({
  countForAll,
}: {
  readonly countForAll?: CountRequest | undefined
}): Guard {
  return rateLimiter<GuardedEnv>({
    ...requestLimit,
    ...(countForAll && { store: createRequestStore(countForAll, requestLimit) }),
    keyGenerator: (context) => context.get('caller').owner,
    handler: (context) => refuse(context, 429, 'Too many requests; see Retry-After.'),
  })
}

/** RFC 6750, section 3: what is missing, and nothing about what would be right; RFC 9728, section 5.1: where to ask. */
function createChallenge(oauth: OAuthSettings | undefined): (error?: string) => string {
  const where =
    oauth === undefined
      ? ''
      : `, resource_metadata="${new URL(metadataPath, oauth.resource).href}", scope="${oauth.scope}"`
  return (error) =>
    `Bearer realm="flyops"${error === undefined ? '' : `, error="${error}"`}${where}`
}

function unauthorized(context: Context, message: string, challenge: string): Response {
  context.header('WWW-Authenticate', challenge)
  return refuse(context, 401, message)
}

function slowedDown(context: Context, waitMs: number): Response {
  context.header('Retry-After', String(Math.ceil(waitMs / 1000)))
  return refuse(context, 429, 'Too many tokens were wrong; see Retry-After.')
}

function bearerOf(header: string | undefined): string | undefined {
  const [scheme, token, ...rest] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0) return undefined
  return bearerToken.test(token) ? token : undefined
}

/** Of an address or an origin; with what stands before an @, which is never ours. */
function authorityOf(url: string): string | undefined {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1]
}

function hostNameOf(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
}
