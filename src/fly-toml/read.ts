import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TomlTable } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { readText } from '../project/safe-read.js'
import { configName } from '../project/written-config.js'
import type { BaseConfig } from './fly-toml.js'
import { isFile } from './header.js'
import { parseTables } from './parse.js'
import { folded } from './tables.js'

/** Where files are looked for. */
export interface BaseSearch {
  /** The project folder, absolute, symbolic links resolved: no file out of it is read. */
  readonly root: string
  /** Absolute path of the folder of the app, symbolic links resolved. */
  readonly folder: string
  readonly app: string
  /** A path as results name it. */
  readonly display: (path: string) => string
}

/** fly-<app>.toml, whoever wrote it. Raises `config_invalid` for one that `readText` refuses. */
export function readTarget(search: BaseSearch): Promise<BaseConfig | undefined> {
  return readBaseAt(join(search.folder, configName(search.app)), search)
}

/** The file at an absolute path; raises `config_invalid`. */
export async function readBaseAt(
  path: string,
  { root, folder, app, display }: BaseSearch,
): Promise<BaseConfig | undefined> {
  const name = display(path)
  const text = await readText({ root, path, name, code: 'config_invalid', stage: 'config' })
  const isTarget = path === join(folder, configName(app))
  return text === undefined ? undefined : { path: name, text, isTarget }
}

/**
 * The author's file: the one that fly-<app>.toml was made of, else the one whose `app` is this app, else fly.toml.
 * Undefined where there is none. Raises `config_invalid`, also where several are for this app.
 */
export async function findAuthored(
  search: BaseSearch,
  madeOf: string | undefined,
): Promise<BaseConfig | undefined> {
  if (madeOf !== undefined && isFile(madeOf)) {
    const base = await readBaseAt(resolve(search.root, madeOf), search)
    if (base !== undefined) return base
  }
  const main = await readBaseAt(join(search.folder, 'fly.toml'), search)
  if (main !== undefined && appOf(main) === search.app) return main
  const [own, other] = await findByApp(search)
  if (other !== undefined) throw several(search.app, own?.path, other.path)
  return own ?? main
}

/** More than any folder has for one app. */
const mostFiles = 100

/** Those beside fly.toml; what is no toml of Fly's is somebody's for something else. */
async function findByApp(search: BaseSearch): Promise<readonly BaseConfig[]> {
  const names = (await readdir(search.folder)).filter(
    (name) =>
      /^fly[^/]+\.toml$/s.test(name) && name !== 'fly.toml' && name !== configName(search.app),
  )
  const found = await Promise.all(
    names
      .sort()
      .slice(0, mostFiles)
      .map((name) => readBaseAt(join(search.folder, name), search).catch(() => undefined)),
  )
  return found.filter((base) => base !== undefined && appOf(base) === search.app) as BaseConfig[]
}

/** `app` of a file; undefined also for one that cannot be read. */
export function appOf({ text, path }: BaseConfig): unknown {
  try {
    const tables: TomlTable = parseTables(text, path)
    return Object.entries(tables).find(([key]) => folded(key) === 'app')?.[1]
  } catch {
    return undefined
  }
}

function several(app: string, one: string | undefined, other: string): FlyopsError {
  const message = `Both ${one} and ${other} are for ${app}.`
  return new FlyopsError('config_invalid', 'config', message, {
    remedy: 'Say with `base_config` which of them counts.',
  })
}
