import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openListed } from '../project/safe-read.js'
import { isAppConfig, isBeingWritten } from '../project/written-config.js'
import { type RunGit, splitNul } from './command.js'
import type { Place } from './place.js'

/** More than the lines that people write above `app`. */
const readBytes = 64_000

type Named = Pick<Place, 'isConfigName'>

/**
 * Whether the file at an absolute path is the fly.toml or fly-<app>.toml of some app, or is being written. It says how
 * images are deployed, and deploys write to it: it is part of no image and makes none dirty, whoever began it.
 */
async function isDeployConfig(path: string, { isConfigName }: Named): Promise<boolean> {
  if (isBeingWritten(basename(path))) return true
  if (!isConfigName(basename(path))) return false
  return isAppConfig((await beginning(path, readBytes)) ?? '')
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

/** The paths without those of such files; `absolute` says where one lies. */
export async function withoutWritten(
  paths: readonly string[],
  place: Named,
  absolute: (path: string) => string,
): Promise<readonly string[]> {
  const written = await Promise.all(paths.map((path) => isDeployConfig(absolute(path), place)))
  return paths.filter((_path, index) => !written[index])
}

/**
 * Paths relative to the context of such files there: those that git tracks or could track, and, ignored or not,
 * those at its top, where deploys write.
 */
export async function findWritten(git: RunGit, place: Place): Promise<readonly string[]> {
  const { context, isConfigName } = place
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
  const written = await Promise.all(
    candidates.map((name) => isDeployConfig(join(context, name), place)),
  )
  return candidates.filter((_name, index) => written[index]).sort()
}
