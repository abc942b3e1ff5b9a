import { join } from 'node:path'
import { openListed } from '../project/safe-read.js'
import { type RunGit, splitNul } from './command.js'
import { filtersLeftOut } from './configuration.js'
import type { DescribeOptions } from './git.js'
import type { OpenRepository } from './open-repository.js'
import type { Place } from './place.js'

/** A pointer file begins so, and is smaller than 1024 bytes (git-lfs, docs/spec.md). */
const pointerBeginning = 'version https://git-lfs.github.com/spec/'
const pointerBytes = 1024

/** Paths relative to the context of files that are sent although their content is still elsewhere. */
export async function findLfsPointers(
  git: RunGit,
  { context }: Place,
  isSent: DescribeOptions['isSent'],
): Promise<readonly string[]> {
  const sent = (await listFiltered(git, context, ['lfs'])).filter(isSent)
  const isPointer = await Promise.all(sent.map((path) => isLfsPointer(join(context, path))))
  return sent.filter((_path, index) => isPointer[index])
}

/** Those of the dirty paths that go through a filter which only the repository names. */
export async function findUnfiltered(
  { git, configuration }: OpenRepository,
  { context }: Place,
  dirtyPaths: readonly string[],
): Promise<readonly string[]> {
  const filtered = new Set(await listFiltered(git, context, filtersLeftOut(configuration)))
  return dirtyPaths.filter((path) => filtered.has(path))
}

/** Tracked paths relative to the context that `.gitattributes` gives one of the filters. */
async function listFiltered(
  git: RunGit,
  context: string,
  filters: readonly string[],
): Promise<readonly string[]> {
  // Others cannot be asked for (git help glossary, pathspec).
  const patterns = filters
    .filter((name) => /^[\w-]+$/.test(name))
    .map((name) => `:(attr:filter=${name})`)
  if (patterns.length === 0) return []
  return splitNul(
    await git(context, ['--no-literal-pathspecs', 'ls-files', '-z', '--', ...patterns]),
  )
}

async function isLfsPointer(path: string): Promise<boolean> {
  const file = await openListed(path)
  if (file === undefined) return false
  try {
    if ((await file.stat()).size >= pointerBytes) return false
    return (await file.readFile('utf8')).startsWith(pointerBeginning)
  } finally {
    await file.close()
  }
}
