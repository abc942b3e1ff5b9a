import { editText } from './edit.js'
import { withoutHeader } from './header.js'
import { parseTables } from './parse.js'
import { foldKeys } from './spelling.js'
import { isTable } from './tables.js'

/** A toml without its `[env]`, and that, every value as text. Raises `config_invalid`. */
export function splitEnv(text: string): {
  readonly rest: string
  readonly env: Readonly<Record<string, string>>
} {
  const body = withoutHeader(text)
  const tables = parseTables(body, 'The toml')
  const { env } = foldKeys(tables, 'The toml')
  const kept = Object.entries(tables).filter(([key]) => key.toLowerCase() !== 'env')
  const entries = isTable(env) ? Object.entries(env) : []
  return {
    rest: entries.length === 0 ? body : editText(body, tables, Object.fromEntries(kept)),
    env: Object.fromEntries(entries.map(([name, value]) => [name, String(value)])),
  }
}
