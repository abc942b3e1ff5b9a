import { FlyopsError } from '../../errors.js'
import { parseToml } from '../../fly-toml/parse.js'
import { FlyctlError } from './failure.js'

/** The tables of a file. Raises FlyctlError with the place and its lines, as flyctl shows them. */
export function readToml(path: string, text: string): Record<string, unknown> {
  try {
    return parseToml(text, path)
  } catch (error) {
    if (!(error instanceof FlyopsError)) throw error
    throw new FlyctlError(`failed loading app config from ${path}: ${placeOf(error, text)}`)
  }
}

/** Two lines before the place and one behind it; the reason is in our own reader's words. */
function placeOf(error: FlyopsError, text: string): string {
  const [, row = 1, column = 1] = (/line (\d+), column (\d+)/.exec(error.message) ?? []).map(Number)
  const [reason = ''] = (error.evidence ?? '').split('\n')
  const numbered = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => `${index + 1}| ${line}`)
  const pointer = ` |${' '.repeat(column)}~ ${reason.replace('Invalid TOML document: ', '')}`
  const before = numbered.slice(Math.max(0, row - 3), row)
  const after = numbered.slice(row, row + 1)
  return [`row ${row} column ${column}`, ...before, pointer, ...after].join('\n')
}
