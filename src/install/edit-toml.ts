import { parseToml } from '../fly-toml/parse.js'
import type { Edit } from './edit.js'

/**
 * Puts fields into a table of a TOML file as text, for a parser would lose the comments: lines of the
 * table that set one of them are replaced, the others stay.
 */
export const editToml: Edit = (text, path, fields) => {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const header = `[${path.join('.')}]`
  const lines = text.split(/\r?\n/)
  const settings = Object.entries(fields).map(([name, value]) => `${name} = ${literal(value)}`)
  const start = lines.findIndex(
    (line) => line.replace(/#.*$/, '').replaceAll(/["'\s]/g, '') === header,
  )
  if (start === -1) {
    const before = text.trim() === '' ? '' : `${text.replace(/\s*$/, '')}${eol}${eol}`
    return `${before}${[header, ...settings].join(eol)}${eol}`
  }
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line))
  const end = next === -1 ? lines.length : next
  const names = Object.keys(fields)
  const kept = lines
    .slice(start + 1, end)
    .filter((line) => !names.some((name) => new RegExp(`^\\s*["']?${name}["']?\\s*=`).test(line)))
  return [...lines.slice(0, start + 1), ...settings, ...kept, ...lines.slice(end)].join(eol)
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
