import { FlyopsError } from '../errors.js'
import { readBase } from './compose.js'
import type { BaseConfig } from './fly-toml.js'
import { isTable } from './tables.js'

/** What `[build]` says of a build from a Dockerfile; paths are relative to the folder of the toml. */
export interface BuildSettings {
  readonly dockerfile: string | undefined
  readonly ignorefile: string | undefined
  readonly target: string | undefined
  readonly args: Readonly<Record<string, string>>
  /** Another way to build that it asks for, by its key. */
  readonly otherWay: string | undefined
  /** Keys that say nothing to docker, and stay in the file. */
  readonly unused: readonly string[]
}

const otherWays = ['builder', 'builtin', 'buildpacks']
const used = [
  'image',
  'dockerfile',
  'ignorefile',
  'build-target',
  'build_target',
  'args',
  ...otherWays,
]

/** Raises `config_invalid` for a base that is not TOML, and for a value of another type than flyctl takes. */
export function readBuildSettings(base: BaseConfig): BuildSettings {
  const { build } = readBase(base)
  const table = isTable(build) ? build : {}
  const text = (key: string): string | undefined => {
    const value = table[key]
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    throw wrongType(base.path, key, 'text')
  }
  const { args = {} } = table
  if (!isTable(args)) throw wrongType(base.path, 'args', 'a table')
  return {
    dockerfile: text('dockerfile'),
    ignorefile: text('ignorefile'),
    target: text('build-target') ?? text('build_target'),
    args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)])),
    otherWay: isElsewhere(table.dockerfile)
      ? 'dockerfile'
      : otherWays.find((key) => isSet(table[key])),
    unused: Object.keys(table).filter((key) => !used.includes(key)),
  }
}

/** flyctl fetches it then. */
function isElsewhere(dockerfile: unknown): boolean {
  return typeof dockerfile === 'string' && /^https?:/i.test(dockerfile)
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

function wrongType(path: string, key: string, type: string): FlyopsError {
  return new FlyopsError('config_invalid', 'config', `${path}: [build] ${key} is not ${type}.`, {
    remedy: `Write it as ${type}, or leave it out.`,
  })
}
