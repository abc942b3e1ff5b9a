import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './alive.js'

export interface PrivateFolder {
  /** Absolute. */
  readonly path: string
  remove(): Promise<void>
}

/** "flyops-login-4711-x7Yz2a": its name tells which process it belongs to. */
const named = /^flyops-[a-z]+-(\d+)-\w{6}$/

/** A new folder, mode 0700, for what nobody else may read or what must not stay. */
export async function createPrivateFolder(purpose: string): Promise<PrivateFolder> {
  const path = await mkdtemp(join(tmpdir(), `flyops-${purpose}-${process.pid}-`))
  // Windows may still hold a file of a child that has just ended.
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Removes what a flyops that was killed has left: there may be logins in it. Never throws. */
export async function removeAbandonedFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const abandoned = names.filter((name) => {
    const pid = named.exec(name)?.[1]
    return pid !== undefined && !isAlive(Number(pid))
  })
  for (const name of abandoned) await removeOwn(join(tmpdir(), name)).catch(() => {})
}

/** The system's temporary folder is everybody's: what another user has put there is left alone. */
async function removeOwn(path: string): Promise<void> {
  const found = await lstat(path)
  const self = process.getuid?.() ?? found.uid
  if (found.isDirectory() && found.uid === self) await rm(path, { recursive: true, force: true })
}
