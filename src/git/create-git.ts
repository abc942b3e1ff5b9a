import { checkOutLocal, checkOutRemote, type GitParts } from './checkout.js'
import { createRunGit } from './command.js'
import { digestPaths } from './digest.js'
import { findDirty } from './dirty.js'
import type { Git } from './git.js'
import { findIgnored } from './ignored.js'
import { resolvePlace } from './place.js'
import { readRevision, readRoot, readSourceUrl } from './revision.js'
import { findWritten } from './written.js'

/** Reads repositories with the user's own git; changes nothing in them. */
export function createGit(parts: GitParts): Git {
  const git = createRunGit(parts.env)
  return {
    checkOutLocal: (source, limits) => checkOutLocal(parts, source, limits),
    checkOutRemote: (source, limits) => checkOutRemote(parts, source, limits),
    async describe(options) {
      const { isSent } = options
      const place = await resolvePlace(await readRoot(git, options.context), options)
      const { root, context } = place
      const revision = await readRevision(git, root)
      const [sourceUrl, dirtyPaths, ignoredPaths, writtenConfigs] = await Promise.all([
        readSourceUrl(git, root),
        findDirty(git, place, isSent),
        findIgnored(git, place, isSent),
        findWritten(git, place),
      ])
      const dirtyDigest =
        dirtyPaths.length === 0 ? undefined : await digestPaths(context, dirtyPaths, isSent)
      return { root, ...revision, sourceUrl, dirtyPaths, dirtyDigest, ignoredPaths, writtenConfigs }
    },
  }
}
