import { parse, type TomlTable, type TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { folded, isTable } from './tables.js'

/** `key.of.tables=value`; a number is the place in a list. */
export const assignmentPattern = /^[A-Za-z][\w-]*(?:\.[\w-]+)*=[^\0]*$/

/** The same, which may be of one app: `shop-us:primary_region=iad`. */
export const appAssignmentPattern = new RegExp(
  `^(?:[a-z0-9-]{1,63}:)?${assignmentPattern.source.replace('^', '')}`,
)

/** flyops decides them, or they make flyctl read files of this machine. */
const refused = ['app', 'build', 'files', 'statics', 'machine_config', 'experimental', 'container']

/** `APP:key=value`, or without an app. */
export function readAppAssignment(text: string): { readonly app?: string; readonly text: string } {
  const [, app, assignment] = /^([a-z0-9-]+):(.*)$/s.exec(text) ?? []
  return app === undefined || assignment === undefined ? { text } : { app, text: assignment }
}

interface Assignment {
  /** As the caller writes it. */
  readonly key: string
  readonly value: string
}

/** Those of a later call over earlier ones of the same key. */
export function mergeAssignments(
  kept: readonly string[],
  given: readonly string[],
): readonly string[] {
  const merged = new Map([...kept, ...given].map((text) => [readAssignment(text).key, text]))
  return [...merged.values()]
}

export function readAssignment(text: string): Assignment {
  const at = text.indexOf('=')
  return { key: text.slice(0, at), value: text.slice(at + 1) }
}

/** Writes each into the tables. Raises `invalid_input` for a key that has no place, or is not the caller's. */
export function applyAssignments(config: TomlTable, assignments: readonly string[]): void {
  for (const text of assignments) {
    const { key, value } = readAssignment(text)
    const path = key.split('.')
    if (refused.includes(folded(path[0] ?? '')) || path.includes('__proto__'))
      throw invalid(key, 'flyops decides it, or it makes flyctl read files of this machine')
    assign(config, path, { key, value: valueIn(key, value) })
  }
}

interface Wanted {
  readonly key: string
  readonly value: TomlValue
}

function assign(table: TomlTable, path: readonly string[], wanted: Wanted): void {
  const [given = '', ...rest] = path
  const name = Object.hasOwn(table, given) ? given : nameIn(table, given)
  const there = Object.hasOwn(table, name) ? table[name] : undefined
  if (rest.length === 0) {
    if (isTable(there) || Array.isArray(there)) throw invalid(wanted.key, 'it is a whole table')
    table[name] = wanted.value
    return
  }
  if (Array.isArray(there)) {
    assignIn(there, rest, wanted)
    return
  }
  if (there !== undefined && !isTable(there)) throw invalid(wanted.key, `${given} is no table`)
  const inner = there ?? {}
  table[name] = name === 'vm' && there === undefined ? [inner] : inner
  assign(inner, rest, wanted)
}

/** A list's table by its place; without a place all of them. */
function assignIn(list: TomlValue[], path: readonly string[], wanted: Wanted): void {
  const [first = '', ...rest] = path
  const hasPlace = /^\d+$/.test(first)
  const tables = hasPlace ? list.slice(Number(first), Number(first) + 1) : list
  if (tables.length === 0) throw invalid(wanted.key, `there is no number ${first} in that list`)
  for (const table of tables) {
    if (!isTable(table) || (hasPlace && rest.length === 0))
      throw invalid(wanted.key, 'it names no key of a table')
    assign(table, hasPlace ? rest : path, wanted)
  }
}

function nameIn(table: TomlTable, given: string): string {
  return Object.hasOwn(table, folded(given)) ? folded(given) : given
}

/** A number, a boolean or a text in quotes as TOML has them; anything else is a text. */
function valueIn(key: string, text: string): TomlValue {
  const value = parsed(text)
  if (value === undefined || value instanceof Date) return text
  if (typeof value === 'object') throw invalid(key, 'it takes one value, no list and no table')
  return value
}

function parsed(text: string): TomlValue | undefined {
  try {
    const tables = parse(`value = ${text}`, { integersAsBigInt: true })
    return Object.keys(tables).length === 1 ? tables.value : undefined
  } catch {
    return undefined
  }
}

function invalid(key: string, reason: string): FlyopsError {
  return new FlyopsError('invalid_input', 'config', `set: ${key} cannot be set: ${reason}.`, {
    remedy: 'Leave it out of `set`, or write it into the toml.',
  })
}
