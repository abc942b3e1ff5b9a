import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../errors.js'
import { splitNul } from './command.js'
import type { OpenRepository } from './open-repository.js'
import { isInside, pathFrom } from './place.js'

/** How many submodules are looked at side by side. */
const atOnce = 8

/**
 * Absolute paths of the submodules under paths of a repository whose files differ from their own commits.
 * git would look by running itself in each, under a configuration that may name programs.
 */
export async function findChangedSubmodules(
  superproject: OpenRepository,
  paths: readonly string[] = ['.'],
): Promise<readonly string[]> {
  const { git, root } = superproject
  const listed = splitNul(await git(root, ['ls-files', '--stage', '-z', '--', ...paths]))
  const folders = listed.flatMap((entry) => {
    // "MODE OBJECT STAGE\tPATH"; 160000 is the mode of a submodule (git help ls-files).
    const [, path] = /^160000 [^\t]+\t(.*)$/s.exec(entry) ?? []
    return path === undefined ? [] : [join(root, path)]
  })
  const waiting = [...new Set(folders)]
  const changed: string[] = []
  while (waiting.length > 0) {
    const some = waiting.splice(0, atOnce)
    const answers = await Promise.all(some.map((folder) => isChanged(superproject, folder)))
    changed.push(...some.filter((_folder, index) => answers[index]))
  }
  return changed
}

async function isChanged(superproject: OpenRepository, folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => [])
  if (names.length === 0) return false
  // Files that stand where a submodule would be checked out are of no commit.
  if (!names.includes('.git') || !isBelow(superproject.root, folder)) return true
  const repository = await open(superproject, folder)
  if (repository === undefined) return names.length > 1
  try {
    // A link may lead round in a circle, too.
    if (repository.root !== folder) return true
    const status = ['status', '--porcelain', '--untracked-files=all', '--ignore-submodules=dirty']
    if ((await repository.git(folder, status)) !== '') return true
    return (await findChangedSubmodules(repository)).length > 0
  } finally {
    await repository.close()
  }
}

/** A path of an index may begin with `..`, and then lead round in a circle. */
function isBelow(root: string, folder: string): boolean {
  return folder !== root && isInside(pathFrom(root, folder))
}

/** Undefined for a submodule that has no commit yet. */
async function open(
  superproject: OpenRepository,
  folder: string,
): Promise<OpenRepository | undefined> {
  return superproject.openSubmodule(folder).catch((error: unknown) => {
    if (hasCode(error, 'no_commits')) return undefined
    throw error
  })
}
