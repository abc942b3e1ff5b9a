import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { decode } from '../go/decode.js'
import { yellow } from '../program/colours.js'
import { FlyctlError, messageOf } from '../program/failure.js'
import type { Host } from '../program/host.js'
import { type AppConfig, appConfig } from '../shapes/app-config.js'
import { readToml } from '../toml.js'
import { patchConfig, type Table } from './patches.js'

/** A configuration file, read. */
export interface LoadedConfig {
  /** As the caller wrote it. */
  readonly path: string
  readonly config: AppConfig
  /** The file as tables, for `--strict`. */
  readonly raw: Table
  /** Values of a wrong type; `config` has little more than the name then. */
  readonly invalid?: string
}

/** The file of `--config`, else fly.toml in the working folder; undefined where there is none. */
export async function loadConfig(host: Host, flag: string): Promise<LoadedConfig | undefined> {
  const paths = flag === '' ? [join(host.cwd, 'fly.toml')] : [flag, join(flag, 'fly.toml')]
  for (const path of paths) {
    const text = await readText(resolve(host.cwd, path))
    if (text === undefined) continue
    const loaded = readConfig(path, text)
    if (loaded.invalid !== undefined)
      host.err(
        `${yellow('WARN')} WARNING the config file at '${path}' is not valid: ${loaded.invalid}\n`,
      )
    return loaded
  }
  if (flag === '') return undefined
  const also = join(flag, 'fly.toml')
  throw new FlyctlError(`config file not found at specified path: ${flag} (also tried: ${also})`)
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The text of a file. Raises FlyctlError where it is no toml; wrong types are part of the result. */
export function readConfig(path: string, text: string): LoadedConfig {
  const tables = parse(path, text)
  try {
    const raw = patchConfig(tables)
    return { path, raw, config: decode(appConfig, raw) }
  } catch (error) {
    const config = typeof tables.app === 'string' ? { app: tables.app } : {}
    return { path, raw: tables, config, invalid: messageOf(error) }
  }
}

/** Times of toml become text here, as they do on flyctl's way through JSON. */
function parse(path: string, text: string): Table {
  try {
    return JSON.parse(JSON.stringify(readToml(text)))
  } catch (error) {
    throw new FlyctlError(`failed loading app config from ${path}: ${messageOf(error)}`)
  }
}
