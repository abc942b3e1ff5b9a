import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { hasSystemCode } from '../errors.js'
import { openListed } from '../project/safe-read.js'
import type { DescribeOptions } from './git.js'

type IsSent = DescribeOptions['isSent']

/**
 * 8 hex digits over path, kind and content of sorted paths relative to `context`, and over nothing that
 * differs between clones, such as dates.
 */
export async function digestPaths(
  context: string,
  paths: readonly string[],
  isSent: IsSent,
): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of path.endsWith('/') ? await filesUnder(context, path, isSent) : [path]) {
      hash.update(`${JSON.stringify([file, ...(await describeEntry(join(context, file)))])}\n`)
    }
  }
  return hash.digest('hex').slice(0, 8)
}

/** Kind, and content where there is some; a folder where the commit has a file means that it is gone. */
async function describeEntry(path: string): Promise<readonly string[]> {
  const status = await lstatIfThere(path)
  if (status?.isSymbolicLink()) return ['symlink', await readlink(path)]
  const file = await openListed(path)
  if (file === undefined) return ['deleted']
  try {
    // As git does, which keeps the owner's bit alone.
    const kind = ((await file.stat()).mode & 0o100) === 0 ? 'file' : 'executable'
    const content = createHash('sha256')
    await pipeline(file.createReadStream({ autoClose: false }), content)
    return [kind, content.digest('hex')]
  } finally {
    await file.close()
  }
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
}

/** The files of a nested repository that are sent, without git's own. */
async function filesUnder(
  context: string,
  folder: string,
  isSent: IsSent,
): Promise<readonly string[]> {
  const entries = await readdir(join(context, folder), { withFileTypes: true })
  const found = entries
    .filter(({ name }) => name !== '.git')
    .map((entry) => ({ path: folder + entry.name, isFolder: entry.isDirectory() }))
  const files = await Promise.all(
    found.map(({ path, isFolder }) => {
      if (isFolder) return filesUnder(context, `${path}/`, isSent)
      return isSent(path) ? [path] : []
    }),
  )
  return files.flat().sort()
}
