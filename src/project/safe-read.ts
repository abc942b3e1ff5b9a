import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { ErrorCode } from '../error-codes.js'
import { FlyopsError, hasSystemCode, type Stage } from '../errors.js'
import { isInside } from './inside.js'

/** More than any text that people write for a program. */
const usualMaxBytes = 1_000_000

/** A file of the project, and what the error says where it is not read. */
export interface ProjectFile {
  /** Absolute, symbolic links resolved: the file must lie in it. */
  readonly root: string
  /** Absolute; symbolic links that stay inside are followed. */
  readonly path: string
  /** What the caller calls it; its path from `root` unless given. */
  readonly name?: string
  readonly code: ErrorCode
  readonly stage: Stage
  /** For `readText`; 1 MB unless given. */
  readonly maxBytes?: number
}

/**
 * The text of a file of the project, and undefined where there is none. Raises the error of `code` for what
 * leads out of the project, is no regular file, may not be read, or is too large.
 */
export async function readText(wanted: ProjectFile): Promise<string | undefined> {
  const file = await openInside(wanted)
  if (file === undefined) return undefined
  const { maxBytes = usualMaxBytes } = wanted
  // One byte more than there may be tells of a file that is too large, also where it grows meanwhile.
  const bytes = await buffer(file.createReadStream({ start: 0, end: maxBytes }))
  if (bytes.length > maxBytes) throw notRead(wanted, `it is larger than ${maxBytes / 1000} KB`)
  return bytes.toString('utf8')
}

/**
 * The same for what is read piece by piece; the caller closes it. Nothing but a regular file is opened: a
 * named pipe would wait for ever, and a device has no end.
 */
export async function openInside(wanted: ProjectFile): Promise<FileHandle | undefined> {
  try {
    return await openRegular(wanted)
  } catch (error) {
    if (error instanceof FlyopsError) throw error
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw notRead(wanted, reasonOf(error), error)
  }
}

/**
 * A file that git lists, wherever it lies: undefined for what is no regular file itself. A link is not followed,
 * also one that was put there a moment ago.
 */
export async function openListed(path: string): Promise<FileHandle | undefined> {
  const isFile = await lstat(path).then(
    (status) => status.isFile(),
    () => false,
  )
  if (!isFile) return undefined
  const file = await open(path, unfollowed).catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined
    throw error
  })
  if ((await file?.stat())?.isFile()) return file
  await file?.close()
  return undefined
}

async function openRegular(wanted: ProjectFile): Promise<FileHandle> {
  const { root, path } = wanted
  const real = await realpath(path)
  if (!isInside(root, real)) throw notRead(wanted, 'it leads out of the project folder')
  if (!(await lstat(real)).isFile()) throw notRead(wanted, 'it is not a regular file')
  const file = await open(real, unfollowed)
  try {
    // Whoever writes into the project may have put something else in its place since it was looked at.
    const isStill = (await file.stat()).isFile() && isInside(root, await placeOf(file, path))
    if (!isStill) throw notRead(wanted, 'it has just changed')
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Linux says of an open file where it lies, which no link that is changed meanwhile can alter. */
function placeOf({ fd }: FileHandle, path: string): Promise<string> {
  return readlink(`/proc/self/fd/${fd}`).catch(() => realpath(path))
}

/** Windows has neither of the two. */
const unfollowed = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

function reasonOf(error: unknown): string {
  if (hasSystemCode(error, 'ELOOP')) return 'it is a symbolic link that leads to itself'
  if (hasSystemCode(error, 'EACCES', 'EPERM')) return 'flyops may not read it'
  return 'it cannot be read'
}

function notRead(wanted: ProjectFile, reason: string, cause?: unknown): FlyopsError {
  const { root, path, code, stage } = wanted
  const { name = relative(root, path).split(sep).join('/') } = wanted
  return new FlyopsError(code, stage, `${name} is not read, because ${reason}.`, {
    remedy:
      'Put a regular file in its place, inside the project folder and no larger than such files are.',
    cause,
  })
}
