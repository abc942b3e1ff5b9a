import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openListed } from '../project/safe-read.js'
import {
  isBeingWritten,
  isConfigName,
  isWrittenByFlyops,
  opening,
} from '../project/written-config.js'
import { type RunGit, splitNul } from './command.js'
import type { Place } from './place.js'

/** Whether the file at an absolute path is a configuration that flyops wrote itself, or is writing. */
export async function isOwnConfig(path: string): Promise<boolean> {
  if (isBeingWritten(basename(path))) return true
  if (!isConfigName(basename(path))) return false
  return isWrittenByFlyops((await beginning(path, opening.length)) ?? '')
}

async function beginning(path: string, sizeBytes: number): Promise<string | undefined> {
  const file = await openListed(path)
  if (file === undefined) return undefined
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
  const written = await Promise.all(paths.map((path) => isOwnConfig(absolute(path))))
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
  const candidates = [...new Set(names)].filter((name) => isConfigName(basename(name)))
  const written = await Promise.all(candidates.map((name) => isOwnConfig(join(context, name))))
  return candidates.filter((_name, index) => written[index]).sort()
}
