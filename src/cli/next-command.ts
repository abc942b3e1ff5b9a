import type { NextCall } from '../errors.js'

/** A call as the command line takes it. */
export function nextCommand({ tool, arguments: args }: NextCall): string {
  const flags = Object.entries(args).flatMap(([name, value]) =>
    flagOf(name.replaceAll('_', '-'), value),
  )
  return ['flyops', tool.replaceAll('_', '-'), ...flags].join(' ')
}

/** A field as the command line takes it. */
function flagOf(name: string, value: unknown): readonly string[] {
  if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`]
  if (Array.isArray(value)) return value.length === 0 ? [] : [`--${name}`, ...value.map(quoted)]
  if (value === null || typeof value !== 'object') return [`--${name}`, quoted(value)]
  return Object.entries(value).map(([key, each]) => `--${name} ${quoted(`${key}=${String(each)}`)}`)
}

/** As a POSIX shell takes it for one word. */
function quoted(value: unknown): string {
  const text = String(value)
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
