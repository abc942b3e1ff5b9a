import {
  applyEdits,
  createScanner,
  findNodeAtLocation,
  modify,
  type Node,
  type ParseError,
  parse,
  parseTree,
} from 'jsonc-parser'
import { type Edit, type Fields, isTable, type Path } from './edit.js'

const parseOptions = { allowTrailingComma: true, disallowComments: false }

/** Puts fields into an object of a JSON file; nothing else of it changes but, where needed, a comma. */
export const editJson: Edit = (text, path, fields) => {
  const whole = text.trim() === '' ? '{}\n' : text
  const tree = parseTree(whole, [], parseOptions)
  if (tree === undefined) return text
  if (nodeAt(tree, path) === undefined) return added(whole, tree, path, fields)
  return Object.entries(fields).reduce(
    (edited, [name, value]) =>
      isTable(value)
        ? editJson(edited, [...path, name], value)
        : // Without the library's own formatting, which reaches into the lines around.
          applyEdits(edited, modify(edited, [...path, name], value, {})),
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

/** A new property as the last one, on lines of its own, behind the comments of the one before. */
function added(text: string, tree: Node, path: Path, fields: Fields): string {
  const { indent, eol } = styleOf(text)
  const depth = path.findIndex(
    (_key, index) => nodeAt(tree, path.slice(0, index + 1)) === undefined,
  )
  const parent = nodeAt(tree, path.slice(0, depth)) ?? tree
  const outer = indent.repeat(depth)
  const property = path.slice(depth).reduceRight((value, key) => ({ [key]: value }), fields)
  const inside = text.slice(parent.offset + 1, parent.offset + parent.length - 1)
  const end = parent.offset + 1 + inside.trimEnd().length
  const last = parent.children?.at(-1)
  const lastEnd = last === undefined ? end : last.offset + last.length
  const hasComma = last !== undefined && isComma(text, lastEnd)
  const lines = JSON.stringify(property, undefined, indent).split('\n').slice(1, -1)
  return [
    text.slice(0, lastEnd),
    last === undefined || hasComma ? '' : ',',
    text.slice(lastEnd, end),
    ...lines.map((line) => eol + outer + line),
    hasComma ? ',' : '',
    !/\n\s*$/.test(inside) ? eol + outer : '',
    text.slice(end),
  ].join('')
}

function nodeAt(tree: Node, path: Path): Node | undefined {
  return findNodeAtLocation(tree, [...path])
}

/** Whether a comma comes next, whatever comments stand before it. */
function isComma(text: string, offset: number): boolean {
  const scanner = createScanner(text, true)
  scanner.setPosition(offset)
  scanner.scan()
  return text[scanner.getTokenOffset()] === ','
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
