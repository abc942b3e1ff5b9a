import { isDeepStrictEqual } from 'node:util'
import { parseToml } from '../fly-toml/parse.js'
import { type Edit, type Fields, isTable } from './edit.js'

/**
 * Puts fields into a table of a TOML file as text, for a parser would lose the comments: what sets
 * another value than the wanted one is replaced, the rest stays as it is written.
 */
export const editToml: Edit = (text, path, fields) => {
  const cr = text.includes('\r\n') ? '\r' : ''
  const header = `[${path.join('.')}]`
  const lines = text.split('\n')
  const start = lines.findIndex(
    (line) => line.replace(/#.*/s, '').replaceAll(/["'\s]/g, '') === header,
  )
  if (start === -1) {
    const before = text.trim() === '' ? [] : [text.trimEnd(), '']
    return [...before, header, ...settings(fields), ''].join(`${cr}\n`)
  }
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line))
  const end = next === -1 ? lines.length : next
  const body = lines.slice(start + 1, end).join('\n')
  return [...lines.slice(0, start + 1), edited(body, fields, cr), ...lines.slice(end)].join('\n')
}

function settings(fields: Fields): readonly string[] {
  return Object.entries(fields).map(([name, value]) => setting(name, value))
}

function setting(name: string, value: unknown): string {
  return `${name} = ${literal(value)}`
}

/** The body of a table with its fields set; those that it lacks come first. */
function edited(body: string, fields: Fields, cr: string): string {
  return Object.entries(fields)
    .toReversed()
    .reduce((text, [name, value]) => {
      const found = assignment(text, name)
      if (found === undefined) return `${setting(name, value)}${cr}\n${text}`
      if (isDeepStrictEqual(found.value, value)) return text
      const { from, to } = found
      return `${text.slice(0, from)}${setting(name, value)}${text.slice(to)}`
    }, body)
}

/** Where a key is set, which may take several lines: up to the first place where it is whole. */
function assignment(text: string, name: string) {
  const from = text.search(new RegExp(`^[ \\t]*["']?${name}["']?[ \\t]*=`, 'm'))
  if (from === -1) return undefined
  for (const { index } of text.slice(from).matchAll(/[ \t]*(?:#|\r?$)/gm)) {
    const to = from + index
    const parsed = readToml(text.slice(from, to))
    if (isTable(parsed)) return { from, to, value: parsed[name] }
  }
  return undefined
}

/** JSON's texts, numbers and lists of them are TOML's too (toml.io, 1.0.0). */
function literal(value: unknown): string {
  return JSON.stringify(value)
}

/** The value of a TOML file; undefined where it is not valid. */
export function readToml(text: string): unknown {
  try {
    return parseToml(text)
  } catch {
    return undefined
  }
}
