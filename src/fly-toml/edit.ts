import { parse, patch } from '@decimalturn/toml-patch'
import { stringify, type TomlTable, type TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { parseTables } from './parse.js'
import { isTable } from './tables.js'

/**
 * The text with `after` in place of `before`, its tables: whatever is the same in both stays as it is written,
 * with comments, order and spelling. The text is read again; raises `internal` where it does not say `after`.
 */
export function editText(text: string, before: TomlTable, after: TomlTable): string {
  if (isSame(before, after)) return text
  const isNew = ([key, value]: [string, TomlValue]) =>
    !Object.hasOwn(before, key) && isSection(value)
  const entries = Object.entries(after)
  const there = Object.fromEntries(entries.filter((entry) => !isNew(entry)))
  const sections = Object.fromEntries(entries.filter(isNew))
  const patched = patchText(text, before, there)
  const edited = [withSpaceOf(text, patched), patched]
    .map((each) => withSections(each, sections))
    .find((each) => says(each, after))
  if (edited === undefined) throw notAsMeant()
  return edited
}

function says(text: string, tables: TomlTable): boolean {
  try {
    return isSame(parseTables(text, 'The edited file'), tables)
  } catch {
    return false
  }
}

function patchText(text: string, before: TomlTable, after: TomlTable): string {
  if (isSame(before, after)) return text
  try {
    const tables = merge(parse(text, { integersAsBigInt: true }), before, after)
    return patch(text, tables, { minimumDecimals: 1 })
  } catch (error) {
    throw notAsMeant(error)
  }
}

/** Between a value and its comment, and at a line's end, the editor does not keep all space (toml-patch 3.3). */
function withSpaceOf(text: string, edited: string): string {
  const spaceless = (line: string) => line.replaceAll('\t', ' ').trimEnd()
  const lines = text.split('\n')
  const known = new Set(lines)
  const spaced = new Map(lines.map((line) => [spaceless(line), line]))
  return edited
    .split('\n')
    .map((line) => (known.has(line) ? line : (spaced.get(spaceless(line)) ?? line)))
    .join('\n')
}

/** New ones go to the end, where they belong to no table above them. */
function withSections(text: string, sections: TomlTable): string {
  if (Object.keys(sections).length === 0) return text
  const [end = '\n'] = /\r?\n/.exec(text) ?? []
  const above =
    text === '' || /\n[ \t]*\r?\n$/.test(text) ? '' : /\n$/.test(text) ? end : `${end}${end}`
  return `${text}${above}${stringify(sections, { numbersAsFloat: true }).replaceAll('\n', end)}`
}

/** Whether it is written under a heading of its own. */
export function isSection(value: TomlValue): boolean {
  return isTable(value) || (Array.isArray(value) && value.length > 0 && value.every(isTable))
}

/** `after`, made of what the editing parser read wherever nothing changed: it knows how that is written. */
function merge(
  read: TomlValue | undefined,
  before: TomlValue | undefined,
  after: TomlValue,
): TomlValue {
  if (read === undefined || before === undefined) return after
  if (isSame(before, after)) return read
  if (isTable(read) && isTable(before) && isTable(after)) {
    return Object.fromEntries(
      Object.entries(after).map(([key, value]) => [
        key,
        merge(own(read, key), own(before, key), value),
      ]),
    )
  }
  if (Array.isArray(read) && Array.isArray(before) && Array.isArray(after))
    return after.map((value, index) => merge(read[index], before[index], value))
  return after
}

function own(table: TomlTable, key: string): TomlValue | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

function isSame(one: TomlValue | undefined, other: TomlValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]))
  if (!isTable(one) || !isTable(other)) return written(one) === written(other)
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  )
}

/** As toml writes it: `1` and `1.0`, a date and a time differ. */
export function written(value: TomlValue): string {
  return stringify({ value }, { numbersAsFloat: true }).slice('value = '.length).trim()
}

function notAsMeant(cause?: unknown): FlyopsError {
  return new FlyopsError(
    'internal',
    'config',
    'The toml could not be edited without changing more of it than was meant; nothing was written.',
    {
      cause,
      remedy:
        'Write the settings into the file yourself, `app` and `[build] image` too, and deploy again.',
    },
  )
}
