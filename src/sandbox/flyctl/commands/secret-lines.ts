import { FlyctlError } from '../program/failure.js'

/** NAME=VALUE lines, `#` comments, quotes, and """ for several lines (flyctl 2026.8, secrets/parser.go). */
export function parseSecrets(text: string): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line.startsWith('#') || line.trim() === '') continue
    const at = line.indexOf('=')
    if (at === -1)
      throw new FlyctlError(
        `Failed to parse secrets from stdin: Secrets must be provided as NAME=VALUE pairs (${line} is invalid)`,
      )
    const value = withoutComment(line.slice(at + 1).replace(/^ +/, ''))
    secrets[line.slice(0, at).trim()] = isOpen(value) ? readBlock(value, lines) : unquoted(value)
  }
  return secrets
}

const fence = '"""'

function isOpen(value: string): boolean {
  return value.startsWith(fence) && !(value.endsWith(fence) && value.length >= 6)
}

/** The rest of a value in """, up to the line that closes it. */
function readBlock(first: string, lines: string[]): string {
  let value = `${first.slice(fence.length)}\n`
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line.endsWith(fence)) return value + line.slice(0, -fence.length)
    value += `${line}\n`
  }
  return value
}

/** A `#` inside quotes is no comment. */
function withoutComment(value: string): string {
  const at = value.indexOf('#')
  const before = value.slice(0, at)
  const isQuoted = before.split('"').length % 2 === 0
  return at === -1 || isQuoted ? value : before.replace(/ +$/, '')
}

function unquoted(value: string): string {
  const [, block] = /^"""([\s\S]*)"""$/.exec(value) ?? []
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(value) ?? []
  return block ?? quoted ?? value
}
