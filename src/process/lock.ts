import { randomBytes } from 'node:crypto'
import { utimesSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../errors.js'
import {
  identify,
  identityPattern,
  identityText,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
  standingOf,
} from './identity.js'

/** A lock that this process has. */
export interface Lock {
  /** From now on a child holds it too: it stays taken for as long as that one outlives this process. */
  shareWith(pid: number): void
  release(): Promise<void>
}

/** Who has a lock, and what it wrote there. */
export interface LockHolder {
  readonly process: ProcessIdentity
  readonly note: string
}

export type LockOutcome =
  | { readonly kind: 'taken'; readonly lock: Lock }
  | { readonly kind: 'held'; readonly holder: LockHolder | undefined }

export interface LockRequest {
  /** Absolute path; its folder must be there. */
  readonly path: string
  /** For those who find it taken. */
  readonly note: string
  /** Somebody took it away, or removed the folder. */
  readonly onLost: (error: unknown) => void
}

const heartbeatMs = 5_000

/** Of a process on another machine or in another container only its heartbeat is seen. */
const staleMs = 15_000

/** Others may come and go meanwhile, but not so often. */
const mostTries = 100

/**
 * Takes a lock among the processes of one user, or tells who has it. The lock is a folder with a file for each process
 * that holds it. A file is named after one process for one time, so removing those that have ended never removes
 * another's; and only an empty folder can be replaced by a new one, which is one step (rename(2)).
 */
export async function takeLock(request: LockRequest): Promise<LockOutcome> {
  const { path, note } = request
  const name = fileName(ownIdentity())
  const draft = `${path}.${name}`
  await mkdir(draft, { mode: 0o700 })
  try {
    await writeFile(join(draft, name), note, { mode: 0o600 })
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (await replaceEmpty(path, draft)) return { kind: 'taken', lock: hold(request, name) }
      const { holders, ended } = await readLock(path)
      if (holders.length > 0) return { kind: 'held', holder: await describe(path, holders) }
      for (const file of ended) await rm(join(path, file), { recursive: true, force: true })
    }
    return { kind: 'held', holder: undefined }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Who has it now. */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  const { holders } = await readLock(path)
  return holders.length === 0 ? undefined : describe(path, holders)
}

/** Removes the lock where those who had it were killed; one that somebody takes meanwhile stays. */
export async function forgetEndedHolders(path: string): Promise<void> {
  const { ended } = await readLock(path)
  for (const file of ended) await rm(join(path, file), { recursive: true, force: true })
  await rmdir(path).catch(() => {})
}

function hold({ path, note, onLost }: LockRequest, own: string): Lock {
  const names = [own]
  function attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      clearInterval(heartbeat)
      onLost(error)
    }
  }
  const beat = () => {
    const now = new Date()
    for (const name of names) utimesSync(join(path, name), now, now)
  }
  const heartbeat = setInterval(() => attempt(beat), heartbeatMs)
  heartbeat.unref()
  return {
    // Before anything else can happen: whoever is killed now leaves a child that is known.
    shareWith(pid) {
      const child = identify(pid)
      if (child === undefined) return
      const name = fileName(child)
      attempt(() => writeFileSync(join(path, name), note, { mode: 0o600 }))
      names.push(name)
    },
    async release() {
      clearInterval(heartbeat)
      for (const name of names) await rm(join(path, name), { force: true }).catch(onLost)
      await rmdir(path).catch(() => {})
    },
  }
}

/** Whether the draft now stands at the path: there was nothing, or an empty folder. */
async function replaceEmpty(path: string, draft: string): Promise<boolean> {
  try {
    await rename(draft, path)
    return true
  } catch (error) {
    // Windows replaces no folder, not even an empty one.
    const refusals =
      process.platform === 'win32' ? ['EPERM', 'EACCES', 'EEXIST'] : ['ENOTEMPTY', 'EEXIST']
    if (!hasSystemCode(error, ...refusals)) throw error
    await rmdir(path).catch(() => {})
    return false
  }
}

async function readLock(path: string) {
  const files = await readdir(path).catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT')) return []
    throw error
  })
  const holding = await Promise.all(files.map((file) => isHolding(path, file)))
  return {
    holders: files.filter((_file, index) => holding[index]),
    ended: files.filter((_file, index) => !holding[index]),
  }
}

async function isHolding(path: string, file: string): Promise<boolean> {
  const holder = holderOf(file)
  if (holder === undefined) return false
  const standing = standingOf(holder)
  if (standing === 'runs' || standing === 'ended') return standing === 'runs'
  const beatAtMs = await stat(join(path, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  return beatAtMs > Date.now() - staleMs
}

async function describe(
  path: string,
  [file = '']: readonly string[],
): Promise<LockHolder | undefined> {
  const process = holderOf(file)
  const note = await readFile(join(path, file), 'utf8').catch(() => '')
  return process === undefined ? undefined : { process, note }
}

const named = new RegExp(`^(${identityPattern.source})-[0-9a-f]{8}$`)

function fileName(process: ProcessIdentity): string {
  return `${identityText(process)}-${randomBytes(4).toString('hex')}`
}

/** Undefined for a file that is no holder's. */
function holderOf(file: string): ProcessIdentity | undefined {
  return parseIdentity(named.exec(file)?.[1] ?? '')
}
