import type { TomlTable, TomlValue } from 'smol-toml'

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}

/** flyctl reads `[vm]` and `[[vm]]` alike, and so for services, ports and checks. */
export function tablesIn(value: TomlValue | undefined): TomlTable[] {
  return (Array.isArray(value) ? value : [value]).filter(isTable)
}

export function stringsIn(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** A port as flyctl reads it: old files hold "8080" as text. */
export function portIn(value: TomlValue | undefined): number | undefined {
  const port = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value
  return typeof port === 'number' && Number.isInteger(port) ? port : undefined
}

/** A key as flyctl reads it, which tells no case apart, nor letters that are the same but for it (Go, encoding/json). */
export function folded(key: string): string {
  return key.toUpperCase().toLowerCase()
}
