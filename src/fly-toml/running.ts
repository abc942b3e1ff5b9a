import { stringify, type TomlTable, type TomlValue } from 'smol-toml'
import type { BaseConfig } from './fly-toml.js'
import { runningName } from './header.js'

/** The settings that an app runs with, as `flyctl config show` has them in JSON, as a file to start from. */
export function runningBase(definition: object): BaseConfig {
  const { env, ...rest } = tableOf(definition)
  // Every machine gets it from flyctl anew (flyctl 2026.8, internal/appconfig/machines.go).
  const { FLY_PROCESS_GROUP: _group, ...variables } = (env ?? {}) as TomlTable
  const tables = { ...rest, ...(Object.keys(variables).length === 0 ? {} : { env: variables }) }
  return { path: runningName, text: stringify(tables), isTarget: false }
}

/** Without what TOML has no word for, and what says nothing. */
function tableOf(value: object): TomlTable {
  const entries = Object.entries(value).map(([key, each]) => [key, valueIn(each)] as const)
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined)) as TomlTable
}

function valueIn(value: unknown): TomlValue | undefined {
  if (Array.isArray(value)) {
    const items = value.map(valueIn).filter((each) => each !== undefined)
    return items.length === 0 ? undefined : items
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (typeof value !== 'object' || value === null) return undefined
  const table = tableOf(value)
  return Object.keys(table).length === 0 ? undefined : table
}
