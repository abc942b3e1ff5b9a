import { checkOutLocal, checkOutRemote, type GitParts } from './checkout.js'
import { digestContent } from './content.js'
import { digestPaths } from './digest.js'
import { findDirty } from './dirty.js'
import { findLfsPointers, findUnfiltered } from './filtered.js'
import type { DescribeOptions, Git, SourceState } from './git.js'
import { findIgnored } from './ignored.js'
import { type OpenRepository, openRepository } from './open-repository.js'
import { resolvePlace } from './place.js'
import { readRevision } from './revision.js'
import { findWritten } from './written.js'

export interface GitClient extends Git {
  /** Resolves when no look at a repository goes on, also none that nobody waits for. */
  idle(): Promise<void>
}

/** Reads repositories with the user's own git; changes nothing in them. */
export function createGit(parts: GitParts): GitClient {
  const looks = new Set<Promise<unknown>>()
  return {
    checkOutLocal: (source, limits) => checkOutLocal(parts, source, limits),
    checkOutRemote: (source, limits) => checkOutRemote(parts, source, limits),
    describe(options) {
      const look = open(parts, options)
      looks.add(look)
      void look.finally(() => looks.delete(look)).catch(() => {})
      return look
    },
    async idle() {
      while (looks.size > 0) await Promise.allSettled(looks)
    },
  }
}

async function open({ env }: GitParts, options: DescribeOptions): Promise<SourceState> {
  const { context: folder, signal } = options
  const repository = await openRepository(env, { folder, signal })
  try {
    return await describe(repository, options)
  } finally {
    await repository.close()
  }
}

async function describe(
  repository: OpenRepository,
  options: DescribeOptions,
): Promise<SourceState> {
  const { isSent } = options
  const { git } = repository
  const place = await resolvePlace(repository.root, options)
  const [revision, dirtyPaths, ignoredPaths, lfsPointers, deployConfigs] = await Promise.all([
    readRevision(repository),
    findDirty(repository, place, isSent),
    findIgnored(git, place, isSent),
    findLfsPointers(git, place, isSent),
    findWritten(git, place),
  ])
  const [contentDigest, [dirtyDigest, unfilteredPaths]] = await Promise.all([
    digestContent(repository, place, { isSent, left: deployConfigs }),
    dirtyPaths.length === 0
      ? ([undefined, []] as const)
      : Promise.all([
          digestPaths(place.context, dirtyPaths, isSent),
          findUnfiltered(repository, place, dirtyPaths),
        ]),
  ])
  return {
    root: place.root,
    ...revision,
    dirtyPaths,
    dirtyDigest,
    unfilteredPaths,
    ignoredPaths,
    lfsPointers,
    deployConfigs,
    contentDigest,
  }
}
