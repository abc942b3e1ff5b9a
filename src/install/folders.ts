import { posix, win32 } from 'node:path'
import type { Surroundings } from './client.js'

function join({ platform }: Surroundings, ...parts: readonly string[]): string {
  return (platform === 'win32' ? win32 : posix).join(...parts)
}

export function inProject(where: Surroundings, ...parts: readonly string[]): string {
  return join(where, where.root, ...parts)
}

export function inHome(where: Surroundings, ...parts: readonly string[]): string {
  return join(where, where.home, ...parts)
}

/** In the folder that a variable names, where it is set. */
export function inFolderOf(
  where: Surroundings,
  variable: string,
  otherwise: readonly string[],
  ...parts: readonly string[]
): string {
  return join(where, where.env[variable] || inHome(where, ...otherwise), ...parts)
}

/** Where the XDG base directory specification puts settings. */
export function inConfig(where: Surroundings, ...parts: readonly string[]): string {
  return inFolderOf(where, 'XDG_CONFIG_HOME', ['.config'], ...parts)
}

/** Where the system keeps what applications set for a user. */
export function inApplicationData(where: Surroundings, ...parts: readonly string[]): string {
  if (where.platform === 'darwin') return inHome(where, 'Library', 'Application Support', ...parts)
  if (where.platform === 'win32')
    return inFolderOf(where, 'APPDATA', ['AppData', 'Roaming'], ...parts)
  return inConfig(where, ...parts)
}
