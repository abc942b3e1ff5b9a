import { readdir, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { TomlTable, TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { isInside } from '../project/inside.js'
import { openInside, type ProjectFile, readText } from '../project/safe-read.js'
import { folded, tablesIn } from './tables.js'

/** What a configuration makes flyctl read on this machine, and send to Fly (flyctl 2026.8, internal/appconfig). */
export interface LocalPath {
  /** Where it stands: `files[0].local_path`. */
  readonly key: string
  /** Relative to the folder of the app. */
  readonly path: string
  /** A machine's configuration is a file that may name further ones. */
  readonly kind: 'file' | 'folder' | 'machine'
}

export function localPaths(config: TomlTable): readonly LocalPath[] {
  const files = tablesAt(config, 'files').flatMap((file, index) =>
    textsAt(file, 'local_path').map((path) => fileAt(`files[${index}].local_path`, path)),
  )
  const folders = tablesAt(config, 'statics').flatMap((each, index) =>
    isPushed(each)
      ? textsAt(each, 'guest_path').map((path) => folderAt(`statics[${index}].guest_path`, path))
      : [],
  )
  const machines = [config, ...tablesAt(config, 'experimental')]
    .flatMap((table) => textsAt(table, 'machine_config'))
    .flatMap((text) => (text.startsWith('{') ? filesOfMachine(text) : [machineAt(text)]))
  return [...files, ...folders, ...machines]
}

const fileAt = (key: string, path: string) => ({ key, path, kind: 'file' }) as const
const folderAt = (key: string, path: string) => ({ key, path, kind: 'folder' }) as const
const machineAt = (path: string) => ({ key: 'machine_config', path, kind: 'machine' }) as const

/** flyctl pushes a folder of this machine to a bucket of its own; other paths are in the image, or in a bucket. */
function isPushed(each: TomlTable): boolean {
  const isElsewhere = textsAt(each, 'tigris_bucket').some((bucket) => bucket !== '')
  return !isElsewhere && textsAt(each, 'guest_path').some((path) => /^[^/]/.test(path))
}

/**
 * Every `local_path` of a JSON text, wherever it stands: of a key that comes twice a parser would show one
 * alone, and flyctl's may take the other.
 */
function filesOfMachine(json: string): readonly LocalPath[] {
  const pairs = json.matchAll(/("(?:[^"\\]|\\.)*")\s*(?::\s*("(?:[^"\\]|\\.)*")?)?/gs)
  return [...pairs].flatMap(([, key = '""', path]) =>
    path !== undefined && folded(readString(key)) === 'local_path'
      ? [fileAt('local_path of machine_config', readString(path))]
      : [],
  )
}

function valuesAt(table: TomlTable, name: string): readonly TomlValue[] {
  return Object.entries(table).flatMap(([key, value]) => (folded(key) === name ? [value] : []))
}

function tablesAt(table: TomlTable, name: string): readonly TomlTable[] {
  return valuesAt(table, name).flatMap(tablesIn)
}

function textsAt(table: TomlTable, name: string): readonly string[] {
  return valuesAt(table, name).filter((value) => typeof value === 'string')
}

/** A JSON string, in its quotes; one that is none is refused by flyctl. */
function readString(token: string): string {
  try {
    return String(JSON.parse(token))
  } catch {
    return token
  }
}

/** Absolute, symbolic links resolved. */
export interface LocalPlaces {
  /** The project folder, which no path may lead out of. */
  readonly root: string
  /** The folder of the app, which paths start from. */
  readonly folder: string
}

/** Raises `config_invalid` for a path that is not there, leads out of the project, or is no file or folder of files. */
export async function checkLocalPaths(
  paths: readonly LocalPath[],
  { root, folder }: LocalPlaces,
): Promise<void> {
  for (const { key, path, kind } of paths) {
    const wanted = {
      root,
      path: resolve(folder, path),
      name: `${key} "${path.slice(0, 200)}"`,
      code: 'config_invalid',
      stage: 'config',
    } as const
    if (kind === 'folder') await checkFolder(wanted)
    else if (kind === 'machine') {
      const text = (await readText(wanted)) ?? ''
      await checkLocalPaths(filesOfMachine(text), { root, folder })
    } else await (await openInside(wanted))?.close()
  }
}

async function checkFolder({ root, path, name }: ProjectFile): Promise<void> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) return
  if (!isInside(root, real)) throw notPushed(`${name} leads out of the project folder`)
  const entries = await readdir(real, { recursive: true, withFileTypes: true })
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory())
  if (odd !== undefined) throw notPushed(`${name} holds ${odd.name}, which is no regular file`)
}

function notPushed(reason: string): FlyopsError {
  return new FlyopsError(
    'config_invalid',
    'config',
    `${reason}: flyctl would publish what it shows.`,
    {
      remedy: 'Name a folder of the project that holds nothing but files and folders.',
    },
  )
}
