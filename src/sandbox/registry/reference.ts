/** An image reference taken apart: `HOST/REPOSITORY[:TAG][@sha256:…]`. */
export interface ImageReference {
  readonly host: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

// 127.0.0.1:5000/hello:e1d78c3@sha256:…
const form =
  /^([\w.-]+(?::\d+)?)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

export function parseReference(text: string): ImageReference | undefined {
  const [, host, repository, tag, digest] = form.exec(text) ?? []
  if (host === undefined || repository === undefined) return undefined
  return { host, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest }
}

/** The sandbox's own registry is on loopback, on a port that may not stay. */
export function isLoopback(host: string): boolean {
  return host.startsWith('127.0.0.1:')
}
