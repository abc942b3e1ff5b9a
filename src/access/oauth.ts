import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import { type Caller, fullScope, type Verifier } from './caller.js'
import { type OAuthSettings, secureUrl } from './oauth-settings.js'

/** Those with a key of the issuer's alone: no `none`, and no secret that both would have to know. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

const requestMs = 5_000
const clockToleranceSeconds = 30
/** So long after a look at the issuer's keys an unknown one is not looked for again: rotation is seen soon. */
const keysCooldownMs = 1_000

const metadataForm = z.object({ issuer: z.string(), jwks_uri: z.string() })

/** Whether a token is right cannot be told now; nobody's token is wrong for that. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway'
}

/**
 * Takes the JWTs of one issuer (RFC 9068) whose signature, issuer, audience, times and type are right; undefined for
 * any other token. The owner is issuer and subject. Raises `IssuerAway` where the issuer's keys cannot be had.
 */
export function createOAuthVerifier(settings: OAuthSettings): Verifier {
  let keys: Promise<JWTVerifyGetKey> | undefined
  async function keysOf(): Promise<JWTVerifyGetKey> {
    keys ??= loadKeys(settings.issuer)
    try {
      return await keys
    } catch (error) {
      keys = undefined
      throw error
    }
  }
  return async (token) => {
    if (token.split('.').length !== 3) return undefined
    try {
      const { payload } = await jwtVerify(token, await keysOf(), {
        issuer: settings.issuer,
        audience: settings.resource,
        algorithms,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: clockToleranceSeconds,
        ...(settings.tokenType === 'any' ? {} : { typ: settings.tokenType }),
      })
      return callerOf(payload, settings)
    } catch (error) {
      if (isWrong(error)) return undefined
      throw new IssuerAway(`The keys of ${settings.issuer} cannot be had.`, { cause: error })
    }
  }
}

/** What is wrong with the token itself; that the keys did not come says nothing about it. */
function isWrong(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  )
}

/** Undefined for a token of nobody. */
function callerOf(payload: JWTPayload, { scope, groupsClaim }: OAuthSettings): Caller | undefined {
  if (!payload.sub) return undefined
  const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ') : []
  const groups = z.array(z.string()).safeParse(payload[groupsClaim])
  return {
    owner: `${payload.iss}|${payload.sub}`,
    scope: fullScope,
    groups: groups.data ?? [],
    ...(scopes.includes(scope) ? {} : { lacksScope: scope }),
  }
}

async function loadKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const { jwks_uri: address } = await findMetadata(issuer)
  return createRemoteJWKSet(secureUrl(address, 'jwks_uri'), {
    timeoutDuration: requestMs,
    cooldownDuration: keysCooldownMs,
  })
}

/** RFC 8414, section 3.1, and OpenID Connect Discovery 1.0, section 4. */
async function findMetadata(issuer: string): Promise<z.output<typeof metadataForm>> {
  const { origin, pathname } = secureUrl(issuer, 'issuer')
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  for (const place of places) {
    const response = await fetch(place, {
      redirect: 'error',
      signal: AbortSignal.timeout(requestMs),
    }).catch(() => undefined)
    const found = metadataForm.safeParse(await response?.json().catch(() => undefined))
    if (found.success && found.data.issuer === issuer) return found.data
  }
  throw new Error(
    `The authorization server ${issuer} does not tell of itself at ${places.join(' or ')}.`,
  )
}
