import { secureUrlIn } from '../access/oauth-settings.js'
import { FlyopsError } from '../errors.js'

/** Where the audit lines go; undefined where none are told. */
export type AuditSettings =
  | { readonly to: 'stdout' }
  | {
      readonly to: 'url'
      readonly url: string
      /** Sent as a bearer token. */
      readonly token: string | undefined
    }
  | undefined

/** What FLYOPS_AUDIT and FLYOPS_AUDIT_TOKEN say. Raises `invalid_input`. */
export function readAudit(place: string | undefined, token: string | undefined): AuditSettings {
  if (place === undefined) return undefined
  if (place === 'stdout') return { to: 'stdout' }
  const url = secureUrlIn(place)
  if (url !== undefined) return { to: 'url', url: url.href, token }
  // It is not shown: some addresses are secrets.
  throw new FlyopsError('invalid_input', 'settings', 'FLYOPS_AUDIT is no place for audit lines.', {
    remedy: 'Set it to stdout, or to an address that begins with https:// and has no login in it.',
  })
}
