import { flyctlEnvironment } from './environment.js'

/**
 * `personal`: an access token of a person. `limited`: macaroons, as `fly tokens create` makes them for one app
 * or one organization. `copied`: both, as `fly auth token` prints them. `unknown`: a form that flyctl passes on.
 */
export type TokenKind = 'personal' | 'limited' | 'copied' | 'unknown'

/** Where flyctl takes its login from. */
export type Login =
  | { readonly from: 'fly auth login' }
  | { readonly from: 'FLY_API_TOKEN' | 'FLY_ACCESS_TOKEN'; readonly kind: TokenKind }

export function describeLogin(env: Readonly<Record<string, string | undefined>>): Login {
  const { FLY_API_TOKEN: api, FLY_ACCESS_TOKEN: access } = flyctlEnvironment(env)
  if (api !== undefined) return { from: 'FLY_API_TOKEN', kind: kindOf(api) }
  if (access !== undefined) return { from: 'FLY_ACCESS_TOKEN', kind: kindOf(access) }
  return { from: 'fly auth login' }
}

/** By the prefixes alone, which a list may mix (fly-go 0.9, tokens/tokens.go). */
function kindOf(text: string): TokenKind {
  const tokens = text.replace(/^\s*(?:Bearer|FlyV1)\s+/i, '').split(',')
  const isMacaroon = tokens.some((token) => /^\s*fm(?:1r|1a|2)_/.test(token))
  const isPersonal = tokens.some((token) => /^\s*fo1_/.test(token))
  if (isMacaroon) return isPersonal ? 'copied' : 'limited'
  return isPersonal ? 'personal' : 'unknown'
}
