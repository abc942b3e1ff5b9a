import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FlyopsError } from '../errors.js'
import { configName } from '../project/written-config.js'
import type { BaseConfig } from './fly-toml.js'

export interface BaseSearch {
  /** Absolute path of the folder of the app, symbolic links resolved. */
  readonly context: string
  readonly app: string
  /** Absolute path that the caller names. */
  readonly baseConfig: string | undefined
  /** A path as results name it. */
  readonly display: (path: string) => string
}

/**
 * Finds what a new fly-<app>.toml starts from: the caller's file, else the existing fly-<app>.toml, else
 * fly.toml; undefined where there is none. Raises `config_invalid` for one that cannot be read.
 */
export async function findBase(search: BaseSearch): Promise<BaseConfig | undefined> {
  const { context, app, baseConfig, display } = search
  const target = join(context, configName(app))
  const candidates = baseConfig === undefined ? [target, join(context, 'fly.toml')] : [baseConfig]
  for (const path of candidates) {
    const text = await read(path, display)
    if (text !== undefined) return { path: display(path), text, isTarget: path === target }
  }
  return undefined
}

/** Undefined where there is no such file. */
async function read(path: string, display: BaseSearch['display']): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    if (dirname(real) !== (await realpath(dirname(path)))) throw leadsOut(display(path))
    return await readFile(real, 'utf8')
  } catch (error) {
    if (error instanceof FlyopsError) throw error
    if (isMissing(error)) return undefined
    throw new FlyopsError('config_invalid', 'config', `${display(path)} cannot be read.`, {
      remedy: 'Make it a file that flyops may read, or give another one as base_config.',
      cause: error,
    })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function leadsOut(path: string): FlyopsError {
  return new FlyopsError(
    'config_invalid',
    'config',
    `${path} is a symbolic link that leads out of its folder.`,
    { remedy: `Give the file that ${basename(path)} leads to as base_config.` },
  )
}
