import type { TomlTable, TomlValue } from 'smol-toml'
import { isSection, written } from './edit.js'
import { isTable } from './tables.js'

const longestValue = 120

/** One `key: old → new` for each differing leaf, in the order in which the new file is written. */
export function describeChanges(before: TomlTable, after: TomlTable): string[] {
  const old = leaves(before)
  const current = leaves(after)
  const changed = [...current].filter(([key, value]) => old.get(key) !== value)
  const dropped = [...old].filter(([key]) => !current.has(key))
  return [
    ...changed.map(([key, value]) => `${key}: ${shown(old.get(key))} → ${shown(value)}`),
    ...dropped.map(([key, value]) => `${key}: ${shown(value)} → ${shown(undefined)}`),
  ]
}

/** Dotted path → value as toml writes it; a table's own keys come before the tables inside it. */
function leaves(table: TomlTable, prefix = ''): Map<string, string> {
  const entries = Object.entries(table).map(
    ([key, value]) => [`${prefix}${quoted(key)}`, value] as const,
  )
  const own = entries.filter(([, value]) => !isSection(value))
  const sections = entries.filter(([, value]) => isSection(value))
  return new Map([
    ...own.map(([path, value]) => [path, written(value)] as const),
    ...sections.flatMap(([path, value]) => [...leavesOfSection(path, value)]),
  ])
}

function leavesOfSection(path: string, value: TomlValue): Iterable<readonly [string, string]> {
  if (isTable(value)) return leaves(value, `${path}.`)
  const tables = Array.isArray(value) ? value.filter(isTable) : []
  return tables.flatMap((table, index) => [...leaves(table, `${path}[${index}].`)])
}

function quoted(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
}

function shown(value: string | undefined): string {
  if (value === undefined) return '(none)'
  return value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
}
