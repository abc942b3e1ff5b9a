import { createHash } from 'node:crypto'
import { isWrittenByFlyops, opening } from '../project/written-config.js'

/** A fly-<app>.toml that flyops wrote and nobody has edited since. */
export interface WrittenHeader {
  /** What it was made of, as `headerFor` was told: a path from the project folder, or a name. */
  readonly madeOf: string
  /** The settings that callers gave, by their names: JSON, as it stands in the file. */
  readonly given: string
}

const given = '# given: '

/**
 * The lines above what is written: what it was made of and what callers gave, so that it can be made anew, and
 * a sum that tells whether somebody has edited it since.
 */
export function headerFor(
  { madeOf, settings }: { readonly madeOf: string; readonly settings: object },
  body: string,
): string {
  const json = JSON.stringify(settings).replace(/\p{Cc}/gu, escaped)
  const first = `${opening}${madeOf.replace(/\p{Cc}/gu, '?')}${isFile(madeOf) ? unchanged : ''}`
  return `${first}\n${given}${json}; sum ${sumOf(json, body)}\n`
}

const unchanged = '; the original is unchanged'

/** What is written where nobody has written anything. */
export const defaultsName = 'the defaults'

/** What an app runs with that somebody deployed in another way. */
export const runningName = 'the running app'

/** Whether a header names a file, which may have changed since. */
export function isFile(madeOf: string): boolean {
  return madeOf.endsWith('.toml')
}

/** TOML takes no control characters in comments; JSON leaves one as it is. */
function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

/** Undefined for a file of somebody else, and for one of ours that was edited. */
export function readHeader(text: string): WrittenHeader | undefined {
  if (!isWrittenByFlyops(text)) return undefined
  const [first = '', second = ''] = text.split(/\r?\n/, 2)
  const [, json, sum] = /^# given: (.*); sum ([0-9a-f]{16})$/.exec(second) ?? []
  if (json === undefined || sumOf(json, withoutHeader(text)) !== sum) return undefined
  const madeOf = first.slice(opening.length)
  return {
    madeOf: madeOf.endsWith(unchanged) ? madeOf.slice(0, -unchanged.length) : madeOf,
    given: json,
  }
}

/** What stands under the header. */
export function withoutHeader(text: string): string {
  if (!isWrittenByFlyops(text)) return text
  const [, ...lines] = text.split(/(?<=\n)/)
  return (lines[0]?.startsWith(given) ? lines.slice(1) : lines).join('')
}

/** Git may have given the lines other ends. */
function sumOf(json: string, body: string): string {
  const text = `${json}\n${body.replaceAll('\r\n', '\n')}`
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
