import type { FlyopsError } from '../errors.js'
import { cutText } from '../process/plain-text.js'

const longestReason = 200

/** What is told of one app, among several, for which the work failed. */
export function failedApp(
  app: string,
  { code, message, live }: FlyopsError,
  maxChars = longestReason,
) {
  const reason = cutText(message, maxChars)
  return { app, status: 'failed' as const, code, reason, ...(live === undefined ? {} : { live }) }
}
