import type { FlyopsError } from '../errors.js'
import { type Redact, redactDeep } from '../process/redact.js'
import type { ToolResult } from '../tools/tool-result.js'
import { exitStatus, statusOfError, statusOfOutput } from './exit-status.js'
import { nextCommand } from './next-command.js'
import { shownFields } from './shown-fields.js'
import { undoCommands } from './undo-commands.js'

/** What a run did, in Markdown: GitHub Actions shows it beside the run. */
export function summarizeResult(
  verb: string,
  { output, summary }: ToolResult,
  redact: Redact,
): string {
  // Before anything is escaped: a secret must be found as it is.
  const told = redactDeep(output, redact) as Readonly<Record<string, unknown>>
  const shown = shownFields(told)
  const rows = shown.flatMap(([name, value]) =>
    Array.isArray(value) ? [] : [`| ${name} | ${cell(value)} |`],
  )
  const lists = shown.flatMap(([name, value]) => (Array.isArray(value) ? list(name, value) : []))
  return sections([
    heading(verb, statusOfOutput(output)),
    cell(redact(summary)),
    ...undoCommands(told).map(cell),
    ['| | |', '|---|---|', ...rows].join('\n'),
    ...lists,
  ])
}

export function summarizeError(
  verb: string,
  { code, message, live = '', remedy = '', evidence = '', next }: FlyopsError,
  redact: Redact,
): string {
  return sections([
    heading(verb, statusOfError(code)),
    `${cell(redact(message))} (${code})`,
    cell(redact(live)),
    cell(redact(remedy)),
    fenced(redact(next.map(nextCommand).join('\n'))),
    fenced(redact(evidence)),
  ])
}

function heading(verb: string, status: number): string {
  const isPartly = status === exitStatus.partly || status === exitStatus.unknown
  const sign = status === exitStatus.done ? '✅' : isPartly ? '⚠️' : '❌'
  return `### ${sign} flyops ${verb}`
}

/** A table of objects, or a list of texts. */
function list(name: string, values: readonly unknown[]): readonly string[] {
  const rows = values.filter((value) => value !== null && typeof value === 'object')
  if (values.length === 0) return []
  if (rows.length < values.length)
    return [`**${name}**`, values.map((value) => `- ${cell(value)}`).join('\n')]
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row))
    return line(columns.map((column) => cell(values.get(column) ?? '')))
  })
  return [`**${name}**`, [line(columns), line(columns.map(() => '---')), ...body].join('\n')]
}

/** Text as text: programs and callers decide what stands in it. */
function cell(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\|`*<[\]]/g, (sign) => `\\${sign}`)
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  if (text === '') return ''
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text.trimEnd()}\n${fence}`
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`
}
