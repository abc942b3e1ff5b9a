const webProtocols = new Set(['http:', 'https:'])
const loginProtocols = new Set(['ssh:', 'git+ssh:', 'ssh+git:', 'git:'])

// `host:path` (git help fetch, GIT URLS); one letter is a Windows drive.
const scpLike = /^(?:[^@:/\s]+@)?[^@:/\s]{2,}:[^@:\s][^@\s]*$/

/** A remote's URL without passwords and tokens; undefined for what names nothing beyond this machine. */
export function publicUrl(remote: string): string | undefined {
  if (!remote.includes('://')) return scpLike.test(remote) ? remote : undefined
  if (!URL.canParse(remote)) return undefined
  const url = new URL(remote)
  if (webProtocols.has(url.protocol)) url.username = ''
  else if (!loginProtocols.has(url.protocol)) return undefined
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href
}
