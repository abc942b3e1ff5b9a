/** Names that no public DNS has: RFC 6761, RFC 6762, and what ICANN reserved for inside (2024). */
const insideNames = /\.(?:localhost|local|internal)$/

/**
 * The URL of an app by the hostname that a reply gives it, without a path; undefined where flyops must not ask
 * there. An app on Fly has a name of the public DNS and answers by https. Plain http on loopback is for apps whose
 * API is on loopback itself, as the sandbox's.
 */
export function urlOfApp(hostname: string, apiUrl: string | undefined): string | undefined {
  if (isPublicName(hostname)) return `https://${hostname}`
  return isLocal(apiUrl) && /^127\.0\.0\.1:\d{1,5}$/.test(hostname)
    ? `http://${hostname}`
    : undefined
}

/** A last label that begins with a letter: URLs read numbers of every form as an IPv4 address. */
function isPublicName(hostname: string): boolean {
  const isName = /^(?:[a-z\d-]{1,63}\.)+[a-z][a-z\d-]{0,62}$/.test(hostname)
  return isName && hostname.length <= 253 && !insideNames.test(hostname)
}

function isLocal(apiUrl = ''): boolean {
  if (!URL.canParse(apiUrl)) return false
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(apiUrl).hostname)
}
