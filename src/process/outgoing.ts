import { plainText } from './plain-text.js'
import type { Redact } from './redact.js'

/**
 * Makes texts fit to leave flyops, whoever wrote them: without secrets, and plain. A secret may hold characters
 * that plain text does not, and others may be put into one to hide it: secrets are looked for before and after.
 */
export function createOutgoing(redact: Redact): Redact {
  return (text) => {
    const redacted = redact(text)
    const plain = plainText(redacted)
    return plain === redacted ? plain : redact(plain)
  }
}
