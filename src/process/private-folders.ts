import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  identityPattern,
  identityText,
  ownIdentity,
  parseIdentity,
  standingOf,
} from './identity.js'

export interface PrivateFolder {
  /** Absolute. */
  readonly path: string
  remove(): Promise<void>
}

/** "flyops-login-4711-81234567-1a2b3c4d-9f8e7d6c-x7Yz2a": its name tells which process it belongs to. */
const named = new RegExp(`^flyops-[a-z]+-(${identityPattern.source})-\\w{6}$`)

/** A new folder, mode 0700, for what nobody else may read or what must not stay. */
export async function createPrivateFolder(purpose: string): Promise<PrivateFolder> {
  void removeAbandonedFolders()
  const path = await mkdtemp(join(tmpdir(), `flyops-${purpose}-${identityText(ownIdentity())}-`))
  // Windows may still hold a file of a child that has just ended.
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Removes what a flyops that was killed has left: there may be logins in it. Never throws. */
export async function removeAbandonedFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names.filter(isAbandoned))
    await removeOwn(join(tmpdir(), name)).catch(() => {})
}

function isAbandoned(name: string): boolean {
  const owner = parseIdentity(named.exec(name)?.[1] ?? '')
  const standing = owner === undefined ? 'unknown' : standingOf(owner)
  return standing === 'ended' || standing === 'other_boot'
}

/** The system's temporary folder is everybody's: what another user has put there is left alone. */
async function removeOwn(path: string): Promise<void> {
  const found = await lstat(path)
  const self = process.getuid?.() ?? found.uid
  if (found.isDirectory() && found.uid === self) await rm(path, { recursive: true, force: true })
}
