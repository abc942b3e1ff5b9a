import type { Stats } from 'node:fs'
import { lstat, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FlyopsError } from '../errors.js'
import { readText } from '../project/safe-read.js'
import { temporaryName } from '../project/written-config.js'

/**
 * Writes a toml file whole or not at all, and keeps the mode of the one that it replaces. Raises
 * `config_invalid` where it cannot be written, for a file named fly.toml, which is the user's own, for a
 * symbolic link that leads out of its folder, and for what is no regular file.
 */
export async function writeConfig(path: string, text: string): Promise<void> {
  const target = await resolveTarget(path)
  const existing = await stat(target).catch(() => undefined)
  if (existing?.isFile() === false) throw refused(path, 'it is not a regular file')
  const temporary = join(dirname(target), temporaryName(basename(target)))
  try {
    await writeWhole(temporary, text, existing)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw unwritten(target, error)
  }
}

export interface NewConfig {
  /** The project folder, absolute, symbolic links resolved. */
  readonly root: string
  readonly path: string
  readonly text: string
}

/**
 * Writes a toml file as `writeConfig` does. The result puts back what was there, a file or none, unless
 * somebody has written another one meanwhile; it never raises.
 */
export async function replaceConfig({ root, path, text }: NewConfig): Promise<() => Promise<void>> {
  const read = () => readText({ root, path, code: 'config_invalid', stage: 'config' })
  const before = await read()
  await writeConfig(path, text)
  return async () => {
    const now = await read().catch(() => undefined)
    if (now !== text || before === text) return
    const putBack = before === undefined ? rm(path) : writeConfig(path, before)
    await putBack.catch(() => {})
  }
}

async function writeWhole(path: string, text: string, like: Stats | undefined): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    if (like !== undefined) await keepRights(file, like)
    await file.sync()
  } finally {
    await file.close()
  }
}

type File = Awaited<ReturnType<typeof open>>

/** Only root may give a file away; everybody else owns what they replace, or replaces it as theirs. */
async function keepRights(file: File, { uid, gid, mode }: Stats): Promise<void> {
  await file.chown(uid, gid).catch(() => undefined)
  await file.chmod(mode & 0o777)
}

async function resolveTarget(path: string): Promise<string> {
  const folder = await realpath(dirname(path))
  const found = await lstat(path).catch(() => undefined)
  const target = found?.isSymbolicLink()
    ? await realpath(path).catch(() => undefined)
    : join(folder, basename(path))
  if (target === undefined || dirname(target) !== folder) {
    throw refused(path, 'it is a symbolic link that leads out of its folder')
  }
  if (basename(target).toLowerCase() === 'fly.toml') {
    throw refused(path, 'fly.toml is yours and stays as it is')
  }
  return target
}

/** The disk is full, or the folder is not to be written to; anything else stays as it is. */
function unwritten(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const reason = reasons.find(([name]) => name === code)?.[1]
  if (reason === undefined) return cause
  const message = `${basename(path)} could not be written: ${reason}.`
  const remedy = 'Make room or give the right to write there, and deploy again.'
  return new FlyopsError('config_invalid', 'config', message, { remedy, retry: 'once', cause })
}

const reasons = [
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['EROFS', 'the disk is read-only'],
  ['EACCES', 'flyops may not write there'],
  ['EPERM', 'flyops may not write there'],
] as const

function refused(path: string, reason: string): FlyopsError {
  return new FlyopsError(
    'config_invalid',
    'config',
    `${basename(path)} is not written, because ${reason}.`,
    { remedy: 'Remove it, and deploy again.' },
  )
}
