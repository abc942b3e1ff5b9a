import { FlyctlError } from './failure.js'

const quotes = '"""'

/**
 * NAME=VALUE lines: comments, quotes and values of several lines between triple quotes (flyctl
 * 2026.8, internal/command/secrets/parser.go). Raises FlyctlError for a line that is neither.
 */
export function readSecrets(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    if (line.startsWith('#') || line.trim() === '') continue
    const at = line.indexOf('=')
    if (at < 0) {
      throw new FlyctlError(`Secrets must be provided as NAME=VALUE pairs (${line} is invalid)`)
    }
    const value = withoutComment(line.slice(at + 1).trimStart())
    const opens = value.startsWith(quotes) && !(value.length >= 6 && value.endsWith(quotes))
    found[line.slice(0, at).trim()] = opens
      ? [value.slice(quotes.length), ...takeRest(lines)].join('\n')
      : unquoted(value)
  }
  return found
}

/** The lines up to the one that ends with triple quotes. */
function takeRest(lines: string[]): string[] {
  const end = lines.findIndex((line) => line.endsWith(quotes))
  const rest = lines.splice(0, end < 0 ? lines.length : end + 1)
  return rest.map((line, index) => (index === end ? line.slice(0, -quotes.length) : line))
}

function withoutComment(value: string): string {
  const [before = '', ...after] = value.split('#')
  const isQuoted = (before.match(/"/g) ?? []).length % 2 === 1
  return after.length === 0 || isQuoted ? value : before.trimEnd()
}

function unquoted(value: string): string {
  for (const mark of [quotes, '"', "'"]) {
    const isWrapped = value.startsWith(mark) && value.endsWith(mark)
    if (isWrapped && value.length >= 2 * mark.length) return value.slice(mark.length, -mark.length)
  }
  return value
}
