import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type RunGit, splitNul } from './command.js'
import type { Place } from './place.js'

const opening = '# written by flyops'

/** As a deploy names it while it writes (src/fly-toml/write.ts); in the next moment it is gone. */
const beingWritten = /^\.fly-.*\.toml\.[0-9a-f]{12}\.tmp$/s

/** Whether the file at an absolute path is a configuration that flyops wrote itself, or is writing. */
export async function isWrittenByFlyops(path: string): Promise<boolean> {
  if (beingWritten.test(basename(path))) return true
  if (!/^fly-.*\.toml$/s.test(basename(path))) return false
  return (await beginning(path, opening.length)) === opening
}

async function beginning(path: string, sizeBytes: number): Promise<string | undefined> {
  const status = await lstat(path).catch(() => undefined)
  if (!status?.isFile()) return undefined
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The paths without flyops' own files; `absolute` says where one lies. */
export async function withoutWritten(
  paths: readonly string[],
  absolute: (path: string) => string,
): Promise<readonly string[]> {
  const written = await Promise.all(paths.map((path) => isWrittenByFlyops(absolute(path))))
  return paths.filter((_path, index) => !written[index])
}

/**
 * Paths relative to the context of the configurations that flyops wrote there: those that git tracks or
 * could track, and, ignored or not, those at its top, where deploys write.
 */
export async function findWritten(git: RunGit, { context }: Place): Promise<readonly string[]> {
  const listed = await git(context, [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    '.',
  ])
  const names = [...splitNul(listed), ...(await readdir(context))]
  const candidates = [...new Set(names)].filter((name) => /^fly-.*\.toml$/s.test(basename(name)))
  const written = await Promise.all(
    candidates.map((name) => isWrittenByFlyops(join(context, name))),
  )
  return candidates.filter((_name, index) => written[index]).sort()
}
