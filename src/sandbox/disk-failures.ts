import { statfs } from 'node:fs/promises'
import { FlyopsError } from '../errors.js'

const full = 'the disk is full'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: 'the disk is read-only',
  EACCES: 'flyops may not write there',
  EPERM: 'flyops may not write there',
  ENOTDIR: 'a file is in its way',
  EEXIST: 'a file is in its way',
}

/** Does work with the files of the sandbox in that folder; what keeps them from being written is raised in words. */
export async function inWords<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw worded(error, stateDir)
  }
}

/** Anything that is not the disk's doing stays what it is. */
function worded(error: unknown, stateDir: string): unknown {
  if (error instanceof FlyopsError || !(error instanceof Error) || !('code' in error)) return error
  const reason = reasons[String(error.code)]
  if (reason === undefined) return error
  const message = `The sandbox cannot be kept in ${stateDir}: ${reason}.`
  const evidence = error.message
  if (reason === full) return noSpace(message, evidence)
  return new FlyopsError('invalid_input', 'sandbox', message, {
    remedy: 'Keep it in another folder, with --state or FLYOPS_STATE_DIR.',
    evidence,
    cause: error,
  })
}

/** Less, and neither the registry nor an engine gets far. */
const leastFreeBytes = 64 * 2 ** 20
const leastFreeFiles = 1_000

/** Raises `unknown_failure` where the disk of that folder has too little room for a sandbox. */
export async function checkRoom(stateDir: string): Promise<void> {
  const { bavail, bsize, blocks, files, ffree } = await statfs(stateDir)
  const freeBytes = bavail * bsize
  // Some disks do not tell their size, or have no limit of files: 0.
  const hasBytes = blocks === 0 || freeBytes >= leastFreeBytes
  const hasFiles = files === 0 || ffree >= leastFreeFiles
  if (hasBytes && hasFiles) return
  const free = hasBytes ? `room for ${ffree} files` : `${Math.floor(freeBytes / 2 ** 20)} MB free`
  const needed = hasBytes ? leastFreeFiles : `${leastFreeBytes / 2 ** 20} MB`
  throw noSpace(`The disk of ${stateDir} is full: ${free}, and the sandbox needs ${needed}.`)
}

function noSpace(message: string, evidence?: string): FlyopsError {
  return new FlyopsError('unknown_failure', 'sandbox', message, {
    remedy:
      'Free some space, or keep the sandbox in another folder with --state, and start it again.',
    retry: 'once',
    who: 'human',
    diagnosis: 'no_space',
    ...(evidence === undefined ? {} : { evidence }),
  })
}
