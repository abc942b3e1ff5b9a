import { createHiddenValues, type HiddenValues } from './hidden-values.js'

export type Redact = (text: string) => string

/** Stands where a secret was. */
export const redactedMark = '[redacted]'

/** Shapes of credentials that are never shown, whoever printed them. */
const credentialPatterns: readonly RegExp[] = [
  // Fly tokens: macaroons, with or without their scheme, and personal tokens
  /\b(?:fm1r|fm1a|fm2|fo1)_[\w+/=,-]{4,}/g,
  /(?<=\bFlyV1 )[^\s"'\\]{8,}/g,
  // Authorization: Bearer …, Basic …
  /(?<=\b(?:Bearer|Basic) )[\w.~+/=-]{8,}/gi,
  // https://user:password@host
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']+(?=@)/gi,
  // docker's "auth": "base64"
  /(?<="auth":\s*")[\w+/]{8,}={0,2}/g,
]

/** Replaces the given secrets, and whatever looks like a credential, in any text. */
export function createRedact(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const secret of known) clean = clean.replaceAll(secret, redactedMark)
    for (const pattern of credentialPatterns) clean = clean.replace(pattern, redactedMark)
    return clean
  }
}

/** The same for all that leaves flyops, where secrets are added while it runs. */
export interface Redaction {
  readonly redact: Redact
  /** From now on, for the life of the process. */
  readonly hide: HiddenValues['add']
}

/** `redactKnown` takes out what was secret from the start. */
export function createRedaction(redactKnown: Redact): Redaction {
  const hidden = createHiddenValues()
  return {
    redact: (text) => redactKnown(hidden.cutOut(text, redactedMark)),
    hide: hidden.add,
  }
}

/** The same for every text inside a value, names too; its shape stays. */
export function redactDeep(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((each) => redactDeep(each, redact))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [redact(key), redactDeep(each, redact)]),
  )
}
