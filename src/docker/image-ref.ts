/** The parts of an image reference such as registry.fly.io/hello:1a2b3c4 (distribution reference grammar). */
export interface ImageReference {
  /** Host, with its port; undefined for Docker Hub's short names. */
  readonly registry: string | undefined
  /** Path below the registry, without tag and digest. */
  readonly repository: string
  readonly tag: string | undefined
  /** `sha256:` and 64 hex digits. */
  readonly digest: string | undefined
}

const pattern =
  /^(?<name>[a-z0-9][a-z0-9._:/-]*?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/
const hostPattern = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\d{1,5})?$/
const pathPattern =
  /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/

/** Reads an image reference strictly; undefined for anything that is not one. */
export function parseImageReference(text: string): ImageReference | undefined {
  const groups = pattern.exec(text)?.groups
  const name = groups?.name
  if (name === undefined || text.length > 512) return undefined
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const registry = hostPattern.test(first) ? first : undefined
  const repository = registry === undefined ? name : name.slice(slash + 1)
  if (!pathPattern.test(repository)) return undefined
  return { registry, repository, tag: groups?.tag, digest: groups?.digest }
}
