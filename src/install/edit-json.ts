import {
  applyEdits,
  findNodeAtLocation,
  type JSONPath,
  modify,
  type ParseError,
  parse,
  parseTree,
} from 'jsonc-parser'
import type { Edit } from './edit.js'

const parseOptions = { allowTrailingComma: true, disallowComments: false }

/** Puts fields into an object of a JSON file; no other line of it changes. */
export const editJson: Edit = (text, path, fields) => {
  const whole = text.trim() === '' ? '{}\n' : text
  const tree = parseTree(whole, [], parseOptions)
  const isThere = tree !== undefined && findNodeAtLocation(tree, [...path]) !== undefined
  if (!isThere) {
    const depth = tree !== undefined && findNodeAtLocation(tree, [path[0]]) !== undefined ? 2 : 1
    return change(whole, [...path], fields, (content) => onLines(content, styleOf(text), depth))
  }
  return Object.entries(fields).reduce(
    (edited, [name, value]) => change(edited, [...path, name], value, (content) => content),
    whole,
  )
}

/** The value of a JSON file; undefined where it is not valid. */
export function readJson(text: string): unknown {
  if (text.trim() === '') return {}
  const errors: ParseError[] = []
  const value: unknown = parse(text, errors, parseOptions)
  return errors.length > 0 ? undefined : value
}

/** Without the library's own formatting, which reaches into the lines around. */
function change(
  text: string,
  path: JSONPath,
  value: unknown,
  style: (content: string) => string,
): string {
  const edits = modify(text, path, value, {})
  return applyEdits(
    text,
    edits.map((edit) => ({ ...edit, content: style(edit.content) })),
  )
}

interface Style {
  readonly indent: string
  readonly eol: string
}

function styleOf(text: string): Style {
  return {
    indent: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

/** `,"flyops":{…}` as the file's other properties are written: on lines of their own. */
function onLines(content: string, { indent, eol }: Style, depth: number): string {
  const [, comma = '', property = ''] = /^(,?)(.*)$/s.exec(content) ?? []
  const outer = indent.repeat(depth - 1)
  const lines = JSON.stringify(JSON.parse(`{${property}}`), undefined, indent).split('\n')
  const inner = lines.slice(1, -1).map((line) => outer + line)
  const isOnly = comma === ''
  return `${comma}${eol}${inner.join(eol)}${isOnly ? eol + outer : ''}`
}
