import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { parseToml } from '../../fly-toml/parse.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { readTables, type Table } from './read.js'
import type { AppConfig } from './shape.js'

/** A configuration file, read. */
export interface LoadedConfig {
  /** As the caller wrote it. */
  readonly path: string
  readonly config: AppConfig
  /** Settings that flyctl does not know, for `--strict`. */
  readonly unknown: readonly string[]
  /** The first value of a wrong type; `config` is empty then. */
  readonly wrongType?: string | undefined
}

/** The file of `--config`, else fly.toml in the working folder. Raises FlyctlError where there is none. */
export async function loadConfig(host: Host, flag: string | undefined): Promise<LoadedConfig> {
  const path = flag ?? join(host.cwd, 'fly.toml')
  const text = await readFile(resolve(host.cwd, path), 'utf8').catch(() => undefined)
  if (text !== undefined) return readConfig(path, text)
  throw new FlyctlError(`config file not found at specified path: ${path}`)
}

/** Sections that flyctl has taken apart before `--strict` looks at them: it finds nothing in there. */
const unseenByStrict = /^(services|vm|mounts)\[/

/** The text of a file. Raises FlyctlError where it is no toml; wrong types are part of the result. */
export function readConfig(path: string, text: string): LoadedConfig {
  const { config, unknown, wrongTypes } = readTables(parse(path, text))
  return {
    path,
    config: wrongTypes.length > 0 ? {} : config,
    unknown: unknown.filter((name) => !unseenByStrict.test(name)),
    wrongType: wrongTypes[0],
  }
}

/** Times of toml become text here, as they do on flyctl's way through JSON. */
function parse(path: string, text: string): Table {
  try {
    return JSON.parse(JSON.stringify(parseToml(text)))
  } catch (error) {
    if (!(error instanceof FlyopsError)) throw error
    const place = error.message.replace(/^.*line (\d+), column (\d+).*$/, 'row $1 column $2')
    throw new FlyctlError(`failed loading app config from ${path}: ${place}\n${error.evidence}`)
  }
}
