import type { TomlTable, TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { folded, isTable } from './tables.js'

/** Tables whose keys are names that the author chose; `[checks]` is one at the top alone. */
const ofNames = ['env', 'processes', 'args', 'settings', 'headers', 'export']

/**
 * The tables with every key of flyctl's as flyctl reads it, which tells no case apart (`folded`). Raises
 * `config_invalid` where a table has one key in two spellings: which of them flyctl takes is chance.
 */
export function foldKeys(tables: TomlTable, name: string): TomlTable {
  return foldTable(tables, [], name)
}

function foldTable(table: TomlTable, path: readonly string[], name: string): TomlTable {
  const key = path.at(-1) ?? ''
  const isOfNames = ofNames.includes(key) || (path.length === 1 && key === 'checks')
  const spelled = new Map<string, string>()
  const entries = Object.entries(table).map(([key, value]): [string, TomlValue] => {
    const read = isOfNames ? key : folded(key)
    const other = spelled.get(read)
    if (other !== undefined) throw twice(name, other, key)
    spelled.set(read, key)
    return [read, foldValue(value, [...path, read], name)]
  })
  return Object.fromEntries(entries)
}

function foldValue(value: TomlValue, path: readonly string[], name: string): TomlValue {
  if (isTable(value)) return foldTable(value, path, name)
  return Array.isArray(value) ? value.map((each) => foldValue(each, path, name)) : value
}

/** Tables that `foldKeys` made of the original, and that were changed since, as the original spells them. */
export function spellLike(original: TomlValue | undefined, value: TomlValue): TomlValue {
  if (Array.isArray(value)) {
    const items = Array.isArray(original) ? original : []
    return value.map((each, index) => spellLike(items[index], each))
  }
  if (!isTable(value)) return value
  const known = isTable(original) ? original : {}
  const entries = Object.entries(value).map(([key, each]): [string, TomlValue] => {
    const spelled = Object.hasOwn(known, key) ? key : (findFolded(known, key) ?? key)
    return [spelled, spellLike(known[spelled], each)]
  })
  return Object.fromEntries(entries)
}

function findFolded(table: TomlTable, key: string): string | undefined {
  return Object.keys(table).find((spelled) => folded(spelled) === key)
}

function twice(path: string, one: string, other: string): FlyopsError {
  const message = `${path} has the key ${one} and the key ${other}, which flyctl takes for the same.`
  return new FlyopsError('config_invalid', 'config', message, { remedy: 'Leave one of them out.' })
}
