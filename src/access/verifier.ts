import { timingSafeEqual } from 'node:crypto'
import { FlyopsError } from '../errors.js'
import { fullScope, type Scope, type Verifier } from './caller.js'
import type { OAuthSettings } from './oauth-settings.js'
import { digestOf, readTokens } from './tokens.js'

export interface TokenSources {
  /** One token for everything. */
  readonly token: string | undefined
  /** Absolute path of a file of hashed tokens, each with its scope. */
  readonly tokensFile: string | undefined
  /** The authorization server whose tokens are taken too. */
  readonly oauth: OAuthSettings | undefined
}

interface Known {
  readonly owner: string
  readonly digest: Buffer
  readonly scope: Scope
}

/** RFC 6750, section 2.1: what an Authorization header can carry. */
export const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/
const minTokenChars = 16

/**
 * Joins the sources; undefined where there is none. The file is read again for each token, so that a
 * change holds from the next request on. Raises `invalid_input` where a source is of no use.
 */
export async function createVerifier({
  oauth,
  ...own
}: TokenSources): Promise<Verifier | undefined> {
  const ownTokens = await createOwnVerifier(own)
  if (oauth === undefined) return ownTokens
  const { createOAuthVerifier } = await import('./oauth.js')
  const issued = createOAuthVerifier(oauth)
  return async (presented) => (await ownTokens?.(presented)) ?? issued(presented)
}

async function createOwnVerifier({
  token,
  tokensFile,
}: Omit<TokenSources, 'oauth'>): Promise<Verifier | undefined> {
  if (token === undefined && tokensFile === undefined) return undefined
  const fixed = token === undefined ? [] : [fixedToken(token)]
  const load = async () => [...fixed, ...(tokensFile === undefined ? [] : await known(tokensFile))]
  await load()
  return async (presented) => {
    const digest = digestOf(presented)
    // All are compared, in constant time each: the time tells nothing about any.
    const [match] = (await load()).filter((entry) => timingSafeEqual(entry.digest, digest))
    return match === undefined ? undefined : { owner: match.owner, scope: match.scope }
  }
}

async function known(file: string): Promise<readonly Known[]> {
  const entries = await readTokens(file)
  return entries.map(({ name, sha256, tools, apps }) => ({
    owner: `token:${name}`,
    digest: Buffer.from(sha256, 'hex'),
    scope: { tools, apps },
  }))
}

function fixedToken(token: string): Known {
  if (token.length >= minTokenChars && bearerToken.test(token)) {
    return { owner: 'token', digest: digestOf(token), scope: fullScope }
  }
  throw new FlyopsError(
    'invalid_input',
    'settings',
    `FLYOPS_HTTP_TOKEN is shorter than ${minTokenChars} characters, or has some that no header can carry.`,
    { remedy: 'Take a random one: `flyops token NAME` makes one, `openssl rand -hex 32` too.' },
  )
}
