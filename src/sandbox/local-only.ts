import type { IncomingMessage, RequestListener } from 'node:http'

/**
 * Lets through what programs of this machine ask, and nothing that a page of some other site makes a browser ask: it may
 * point a name of its own at loopback (DNS rebinding), or ask from elsewhere. Other programs send no Origin.
 */
export function localOnly(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (isLocal(request)) return listener(request, response)
    response.writeHead(403, { 'content-type': 'text/plain' })
    response.end('This Host or Origin is not served by the local Fly.\n')
  }
}

export function isLocal({ url, headers }: IncomingMessage): boolean {
  const { host, origin } = headers
  // A target with a host of its own would be believed before the Host (RFC 9112, section 3.2.2).
  if (!url?.startsWith('/') || !isLoopback(host)) return false
  if (origin !== undefined) return isLoopback(/^https?:\/\/([^/]+)$/.exec(origin)?.[1])
  // Images, forms and scripts are asked for without an Origin; to follow a link is the person's own doing.
  return headers['sec-fetch-site'] !== 'cross-site' || headers['sec-fetch-mode'] === 'navigate'
}

/** localhost:8080, hello.localhost, 127.0.0.1:5000, [::1] */
const loopback = /^(?:(?:[\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

function isLoopback(authority: string | undefined): boolean {
  return authority !== undefined && loopback.test(authority)
}
