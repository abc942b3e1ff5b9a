import { FlyopsError } from '../../errors.js'
import { parseToml } from '../../fly-toml/parse.js'
import { FlyctlError } from './program/failure.js'

const contextLines = 3

/** The tables of a toml file. Raises FlyctlError with row, column and the lines around them. */
export function readToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(text)
  } catch (error) {
    if (!(error instanceof FlyopsError)) throw error
    throw new FlyctlError(describe(text, error), { cause: error })
  }
}

/** As flyctl's own reader shows an error (go-toml 2, DecodeError). */
function describe(text: string, { message, evidence = '' }: FlyopsError): string {
  const [, row = '1', column = '1'] = /line (\d+), column (\d+)/.exec(message) ?? []
  const reason = (evidence.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')
  const pointer = `${' '.repeat(Number(column))}~ ${reason}`
  return `row ${row} column ${column}\n${excerpt(text, Number(row), pointer)}`
}

function excerpt(text: string, row: number, pointer: string): string {
  const lines = text.trimEnd().split('\n')
  const first = Math.max(1, row - contextLines)
  const last = Math.max(row, Math.min(lines.length, row + contextLines))
  const width = String(last).length
  const shown: string[] = []
  for (let number = first; number <= last; number += 1) {
    shown.push(`${String(number).padStart(width)}| ${lines[number - 1] ?? ''}`.trimEnd())
    if (number === row) shown.push(`${' '.repeat(width)}|${pointer}`)
  }
  return shown.join('\n')
}
