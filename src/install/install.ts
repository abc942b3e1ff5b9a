import { randomBytes } from 'node:crypto'
import {
  access,
  chmod,
  copyFile,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { hasSystemCode } from '../errors.js'
import { type Edited, edited, unusable, type Wanted } from './change.js'

/** A change of a settings file that is not made yet. */
export interface Change extends Edited {
  /** Absolute path of the settings file. */
  readonly file: string
  readonly before: string
}

/**
 * Finds out how flyops gets into a client's settings, with everything else that stands there. Raises `invalid_input` for
 * settings that cannot be read.
 */
export async function planInstall(wanted: Wanted): Promise<Change> {
  const file = await followed(await firstThere(wanted.place.files(wanted.surroundings)))
  const before = await contents(file)
  return { file, before, ...edited(wanted, file, before) }
}

/** Writes it; the result is the absolute path of the backup, where there was a file. `now` names that. */
export async function writeInstall(
  { file, before, after }: Change,
  now: Date,
): Promise<string | undefined> {
  return replace(file, after, before === '' ? undefined : stamp(now))
}

async function firstThere(files: readonly string[]): Promise<string> {
  const there = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  )
  return files.find((_file, index) => there[index]) ?? files[0] ?? ''
}

/** The file itself, also where a link leads to one that is not there yet. */
async function followed(path: string): Promise<string> {
  const target = await realpath(path).catch(() => undefined)
  if (target !== undefined) return target
  const link = await readlink(path).catch(() => undefined)
  return link === undefined ? path : resolve(dirname(path), link)
}

/** Its text, with the byte order mark where it has one; nothing where there is no file. */
async function contents(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return ''
    throw unusable(file, 'it cannot be read as UTF-8 text', error)
  }
}

/** Whole or not at all, with the rights that the file had. */
async function replace(file: string, text: string, stamp: string | undefined) {
  const backup = stamp === undefined ? undefined : `${file}.${stamp}.bak`
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    if (backup !== undefined) await copyFile(file, backup)
    const mode = (await stat(file).catch(() => undefined))?.mode
    await writeFile(temporary, text, { mode: 0o600 })
    // Apart, for the mode of a new file is cut by the umask.
    if (mode !== undefined) await chmod(temporary, mode & 0o777)
    await rename(temporary, file)
    return backup
  } catch (error) {
    await rm(temporary, { force: true })
    throw unusable(file, 'it cannot be written', error)
  }
}

function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[:.]/g, '-')
}
