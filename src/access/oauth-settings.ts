import { FlyopsError } from '../errors.js'

/** Whose access tokens are taken, and for what. */
export interface OAuthSettings {
  /** As the tokens name it, to the letter. */
  readonly issuer: string
  /** The address of /mcp as clients know it: the audience of the tokens (RFC 8707). */
  readonly resource: string
  /** The scope that a token must have. */
  readonly scope: string
  /** The claim with the groups of a person. */
  readonly groupsClaim: string
  /** `typ` of the tokens: `at+jwt` by RFC 9068; `any` where the issuer has another. */
  readonly tokenType: string
}

export interface OAuthText {
  readonly issuer: string | undefined
  readonly publicUrl: string | undefined
  /** Default: flyops. */
  readonly scope: string | undefined
  /** Default: groups. */
  readonly groupsClaim: string | undefined
  /** Default: at+jwt. */
  readonly tokenType: string | undefined
}

/** Undefined where no issuer is named. Raises `invalid_input` naming the flag. */
export function readOAuth(text: OAuthText): OAuthSettings | undefined {
  if (text.issuer === undefined || text.issuer === '') return undefined
  secureUrl(text.issuer, '--oauth-issuer')
  const { pathname, href } = secureUrl(text.publicUrl ?? '', '--public-url')
  if (pathname !== '/mcp')
    throw new FlyopsError('invalid_input', 'settings', `--public-url is "${text.publicUrl}".`, {
      remedy: 'Give the address that clients use, with /mcp at its end.',
    })
  return {
    issuer: text.issuer,
    resource: href,
    scope: text.scope || 'flyops',
    groupsClaim: text.groupsClaim || 'groups',
    tokenType: text.tokenType || 'at+jwt',
  }
}

/** The address of an issuer or of its keys: by TLS, or on this machine. Raises `invalid_input`. */
export function secureUrl(text: string, name: string): URL {
  const url = secureUrlIn(text)
  if (url !== undefined) return url
  throw new FlyopsError('invalid_input', 'settings', `${name} is "${text}".`, {
    remedy: 'Give an address that begins with https://.',
  })
}

/** Undefined for anything but an address without a login, by TLS or on this machine. */
export function secureUrlIn(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  const isSecure = url?.protocol === 'https:' || (isLocal && url?.protocol === 'http:')
  return isSecure && url.username === '' && url.hash === '' ? url : undefined
}
