import { parseDocument } from 'yaml'
import type { Edit } from './edit.js'

/** Puts fields into a mapping of a YAML file; comments, order and quotes stay, and spaces within a line become one. */
export const editYaml: Edit = (text, path, fields) => {
  const document = parseDocument(text)
  for (const [name, value] of Object.entries(fields)) document.setIn([...path, name], value)
  const indent = /^[^\s#].*:\s*(?:#.*)?\n(?:\s*#.*\n)*( +)\S/m.exec(text.replaceAll('\r\n', '\n'))
  const written = document.toString({
    lineWidth: 0,
    flowCollectionPadding: false,
    indent: indent?.[1]?.length ?? 2,
    indentSeq: !/^( *)[^\s#-].*:[ \t]*\n\1- /m.test(text.replaceAll('\r\n', '\n')),
  })
  return text.includes('\r\n') ? written.replaceAll('\n', '\r\n') : written
}

/** The value of a YAML file; undefined where it is not valid. */
export function readYaml(text: string): unknown {
  const document = parseDocument(text)
  if (document.errors.length > 0) return undefined
  return document.contents === null ? {} : document.toJS()
}
