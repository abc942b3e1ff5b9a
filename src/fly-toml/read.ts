import { join } from 'node:path'
import { readText } from '../project/safe-read.js'
import { configName } from '../project/written-config.js'
import type { BaseConfig } from './fly-toml.js'

export interface BaseSearch {
  /** The project folder, absolute, symbolic links resolved: no file out of it is read. */
  readonly root: string
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
 * fly.toml; undefined where there is none. Raises `config_invalid` for one that `readText` refuses.
 */
export async function findBase(search: BaseSearch): Promise<BaseConfig | undefined> {
  const { root, context, app, baseConfig, display } = search
  const target = join(context, configName(app))
  const candidates = baseConfig === undefined ? [target, join(context, 'fly.toml')] : [baseConfig]
  for (const path of candidates) {
    const shown = display(path)
    const text = await readText({
      root,
      path,
      name: shown,
      code: 'config_invalid',
      stage: 'config',
    })
    if (text !== undefined) return { path: shown, text, isTarget: path === target }
  }
  return undefined
}
