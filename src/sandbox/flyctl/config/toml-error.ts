import { FlyopsError } from '../../../errors.js'
import { messageOf } from '../program/failure.js'

const contextLines = 3

/** As flyctl's toml reader shows an error: row and column, and the lines around it (go-toml 2). */
export function describeTomlError(text: string, error: unknown): string {
  const [, row, column] = /line (\d+), column (\d+)/.exec(messageOf(error)) ?? []
  if (!(error instanceof FlyopsError) || row === undefined || column === undefined)
    return messageOf(error)
  const reason = (error.evidence ?? '').split('\n')[0] ?? ''
  const shown = excerpt(text, Number(row), `${' '.repeat(Number(column))}~ ${reason}`)
  return `row ${row} column ${column}\n${shown}`
}

function excerpt(text: string, row: number, pointer: string): string {
  const lines = text.split('\n')
  const first = Math.max(1, row - contextLines)
  const last = Math.min(lines.length, row + contextLines)
  const width = String(last).length
  const shown: string[] = []
  for (let number = first; number <= last; number += 1) {
    shown.push(`${String(number).padStart(width)}| ${lines[number - 1]}`.trimEnd())
    if (number === row) shown.push(`${' '.repeat(width)}|${pointer}`)
  }
  return shown.join('\n').trimEnd()
}
