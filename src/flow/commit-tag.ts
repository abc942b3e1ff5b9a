import { parseImageReference } from '../docker/image-ref.js'

/** CI and people tag with the commit too; the digest of uncommitted changes is build_image's alone. */
const pattern = /^(?<commit>[0-9a-f]{7,40})(?<dirt>-dirty-[0-9a-f]{8})?$/

/** What an image of uncommitted changes is tagged, of a short SHA and 8 hex digits. */
export function dirtyTag(shortCommit: string, dirtyDigest: string): string {
  return `${shortCommit}-dirty-${dirtyDigest}`
}

/** What the tag of an image reference says: its commit, short or whole, and whether uncommitted changes are in it. */
export function readCommitTag(image = ''): { readonly commit?: string; readonly dirty?: true } {
  const { commit, dirt } = pattern.exec(parseImageReference(image)?.tag ?? '')?.groups ?? {}
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(dirt === undefined ? {} : { dirty: true }),
  }
}
