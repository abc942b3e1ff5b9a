/**
 * The line of a TOML text, from 1, on which the field of that path is set; where it cannot be found, that of the nearest
 * table above. As people write TOML: a table's header and a field's name at the beginning of a line.
 */
export function lineOf(text: string, path: readonly PropertyKey[]): number {
  const lines = text.split('\n')
  const [table, second, third] = path
  const header = typeof second === 'number' ? `[[${String(table)}]]` : `[${String(table)}]`
  const headers = lines.flatMap((line, index) => (line.trim() === header ? [index] : []))
  const start = headers[typeof second === 'number' ? second : 0]
  if (start === undefined) return Math.max(0, fieldFrom(lines, 0, table)) + 1
  const name = typeof second === 'number' ? third : second
  const found = name === undefined ? -1 : fieldFrom(lines, start + 1, name)
  return (found === -1 ? start : found) + 1
}

function fieldFrom(lines: readonly string[], from: number, name: PropertyKey | undefined): number {
  for (const [index, line] of lines.entries()) {
    if (index < from) continue
    if (line.startsWith('[')) return -1
    const key = /^\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=/.exec(line)
    if ((key?.[1] ?? key?.[2] ?? key?.[3]) === String(name)) return index
  }
  return -1
}
