import type { LogLine } from '../../fly/flyctl.js'
import { cutText, plainText } from '../../process/plain-text.js'

/** A part of a log for people and models to read. */
export interface Excerpt {
  /** "2026-01-31T10:00:00Z ewr 148ed599c14189 the message (57 times)", the newest last. */
  readonly lines: string[]
  /** Whether a line was cut, or older ones left out. */
  readonly truncated: boolean
}

interface Said extends LogLine {
  readonly times: number
}

const lineChars = 500
const excerptBytes = 18_000

/** What a program writes before each of its lines; two that differ in nothing else are the same. */
const ownTime = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/

/** When each machine was updated, by its id: since 1970, by Fly's clock. */
export type Updates = ReadonlyMap<string, readonly number[]>

/**
 * The newest `count` lines; one that a machine said again stands where it was said last, with how often. What it said
 * before and after an update stays apart: another release said that.
 */
export function excerpt(log: readonly LogLine[], count: number, updates: Updates): Excerpt {
  const lines: string[] = []
  const all = collapsed(log, updates)
  let truncated = all.length > count
  let bytes = 0
  for (const said of all.slice(-count).toReversed()) {
    const message = plainText(said.message).trimEnd()
    const line = shown({ ...said, message: cutText(message, lineChars) })
    bytes += Buffer.byteLength(JSON.stringify(line)) + 1
    if (bytes > excerptBytes) return { lines, truncated: true }
    truncated ||= message.length > lineChars
    lines.unshift(line)
  }
  return { lines, truncated }
}

/** Whether any of its lines was said more than once. */
export function repeats(log: readonly LogLine[]): boolean {
  return collapsed(log, new Map()).some(({ times }) => times > 1)
}

function collapsed(log: readonly LogLine[], updates: Updates): readonly Said[] {
  const said = new Map<string, Said>()
  for (const line of log) {
    const later = updates.get(line.machine)?.filter((atMs) => Date.parse(line.at) < atMs) ?? []
    const key = `${line.machine} ${later.length} ${line.message.replace(ownTime, '')}`
    const times = (said.get(key)?.times ?? 0) + 1
    said.delete(key)
    said.set(key, { ...line, times })
  }
  return [...said.values()]
}

function shown({ at, region, machine, message, times }: Said): string {
  const parts = [at.replace(/\.\d+/, ''), region, machine, message]
  if (times > 1) parts.push(`(${times} times)`)
  return parts.filter((part) => part !== '').join(' ')
}
