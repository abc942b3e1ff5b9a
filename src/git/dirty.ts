import { access } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { splitNul } from './command.js'
import type { DescribeOptions } from './git.js'
import type { OpenRepository } from './open-repository.js'
import { isInside, type Place, pathFrom } from './place.js'
import { findChangedSubmodules } from './submodules.js'
import { withoutWritten } from './written.js'

type IsSent = DescribeOptions['isSent']

/**
 * Paths relative to the context, sorted, that differ from the commit: changed, deleted or untracked, and
 * sent to the builder or steering it. A nested repository and a changed submodule end in `/`.
 */
export async function findDirty(
  repository: OpenRepository,
  place: Place,
  isSent: IsSent,
): Promise<readonly string[]> {
  const { context, steering } = place
  const changed = (await findChanged(repository, place)).filter((path) => {
    const fromContext = pathFrom(context, path)
    return steering.includes(path) || (isInside(fromContext) && isSent(fromContext))
  })
  const candidates = [...changed, ...(await steeringBeyond(place))]
  const paths = await withoutWritten(candidates, place, (path) => path)
  return [...new Set(paths.map((path) => named(context, path)))].sort()
}

/** Absolute paths; those of nested repositories and submodules end in `/`. */
async function findChanged(
  repository: OpenRepository,
  { root, context, steering }: Place,
): Promise<readonly string[]> {
  const wanted = [context, ...steering].map((path) => pathFrom(root, path)).filter(isInside)
  const paths = wanted.map((path) => path || '.')
  const [printed, submodules] = await Promise.all([
    repository.git(root, [
      'status',
      '--porcelain=v2',
      '-z',
      '--untracked-files=all',
      '--no-renames',
      '--ignore-submodules=dirty',
      '--',
      ...paths,
    ]),
    findChangedSubmodules(repository, paths),
  ])
  const listed = splitNul(printed).map((entry) => join(root, pathOf(entry)))
  return [...listed, ...submodules.map((path) => `${path}/`)]
}

/**
 * "? PATH", "1 XY SUB …five fields PATH", "u XY SUB …seven fields PATH"; without renames there is one path
 * each. SUB begins with S for a submodule (git help status, Porcelain Format Version 2).
 */
function pathOf(entry: string): string {
  const path = entry.replace(/^(?:\? |1 (?:\S+ ){7}|u (?:\S+ ){9})/, '')
  return /^[1u] \S+ S/.test(entry) ? `${path}/` : path
}

/** No commit of this repository holds a Dockerfile that lies outside it. */
async function steeringBeyond({ root, steering }: Place): Promise<readonly string[]> {
  const beyond = steering.filter((path) => !isInside(pathFrom(root, path)))
  const isThere = await Promise.all(
    beyond.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return beyond.filter((_path, index) => isThere[index])
}

function named(context: string, path: string): string {
  return pathFrom(context, path) + (path.endsWith(sep) ? '/' : '')
}
