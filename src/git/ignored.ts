import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type RunGit, splitNul } from './command.js'
import type { DescribeOptions } from './git.js'
import { isInside, type Place, pathFrom } from './place.js'
import { withoutWritten } from './written.js'

/** Paths relative to the context that git ignores and the builder gets, `.env` first; folders end in `/`. */
export async function findIgnored(
  git: RunGit,
  place: Place,
  isSent: DescribeOptions['isSent'],
): Promise<readonly string[]> {
  const { root, context } = place
  const ignored = await listIgnored(git, root, pathFrom(root, context))
  const sent = ignored.filter((path) => isSent(path.replace(/\/$/, '')))
  const paths = await withoutWritten(sent, place, (path) => join(context, path))
  return paths.toSorted(
    (one, other) => Number(isEnvFile(other)) - Number(isEnvFile(one)) || (one < other ? -1 : 1),
  )
}

function isEnvFile(path: string): boolean {
  return basename(path).startsWith('.env')
}

/** Asked at the root: git 2.39 fails inside a folder that is ignored with one above it. */
async function listIgnored(git: RunGit, root: string, context: string) {
  const printed = await git(root, [
    'ls-files',
    '--others',
    '--ignored',
    '--exclude-standard',
    '--directory',
    '-z',
    '--',
    context || '.',
  ])
  const entries = withoutParents(splitNul(printed))
  const isWhole = entries.some((entry) => `${context}/`.startsWith(entry))
  if (isWhole) return listFolder(join(root, context))
  return entries
    .map(
      (entry) =>
        pathFrom(join(root, context), join(root, entry)) + (entry.endsWith('/') ? '/' : ''),
    )
    .filter(isInside)
}

/** Git lists a folder that has nothing but ignored files beside those files. */
function withoutParents(entries: readonly string[]): readonly string[] {
  const sorted = entries.toSorted()
  return sorted.filter(
    (entry, index) => !(entry.endsWith('/') && sorted[index + 1]?.startsWith(entry)),
  )
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
}
