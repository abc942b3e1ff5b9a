import { bold } from './colours.js'

type Row = readonly string[]

/** Columns between bars, headings in capitals, no borders; `rule` draws a line below the headings. */
export function table(headings: Row, rows: readonly Row[], { rule = false } = {}): string {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  const printed = lines.map((line) => printedRow(line, widths))
  if (rule) printed.splice(1, 0, `${widths.map((width) => '─'.repeat(width + 2)).join('┼')}\n`)
  return printed.join('')
}

/** A row a property, under a title. */
export function verticalTable(title: string, properties: readonly (readonly [string, string])[]) {
  const widths = [0, 1].map((column) =>
    Math.max(...properties.map((property) => property[column]?.length ?? 0)),
  )
  const rows = properties.map((property) => printedRow(property, widths))
  return `${bold(title)}\n${rows.join('')}\n`
}

function printedRow(row: Row, widths: readonly number[]): string {
  return `${widths.map((width, column) => ` ${(row[column] ?? '').padEnd(width)} `).join('│')}\n`
}
