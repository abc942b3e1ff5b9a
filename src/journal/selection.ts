import { parseJson } from '../process/json.js'
import { type JournalLine, type JournalReading, journalLine, type Operation } from './journal.js'

export interface SelectionLimits {
  /** Of the same tool on the same app, on the same platform. */
  readonly operations: number
  /** Of all lines together, characters. */
  readonly chars: number
}

/** What flyops remembers of a journal, however long that is. */
export interface Selection {
  /** Takes the next line, oldest first; undefined for one that cannot be read. */
  add(line: string | undefined): void
  /** The lines of what is kept, operation by operation, oldest first. */
  lines(): Iterable<string>
  read(): JournalReading
}

interface Entry {
  readonly id: string
  readonly key: string
  readonly lines: string[]
}

/**
 * Keeps the newest operations of each tool on each app; fewer of each where they are too long together, and at
 * last none of the oldest. A line may come twice: whoever moves lines from file to file may be cut off half way.
 */
export function createSelection(limits: SelectionLimits): Selection {
  const entries = new Map<string, Entry>()
  const byKey = new Map<string, Set<Entry>>()
  let most = limits.operations
  let chars = 0
  let damagedLines = 0

  function drop(entry: Entry): void {
    for (const line of entry.lines) chars -= line.length
    entries.delete(entry.id)
    const alike = byKey.get(entry.key)
    alike?.delete(entry)
    if (alike?.size === 0) byKey.delete(entry.key)
  }
  function dropBeyond(alike: Set<Entry>): void {
    for (const entry of alike) {
      if (alike.size <= most) return
      drop(entry)
    }
  }
  function makeRoom(): void {
    while (chars > limits.chars && most > 1) {
      most -= 1
      for (const alike of byKey.values()) dropBeyond(alike)
    }
    for (const entry of entries.values()) {
      if (chars <= limits.chars) return
      drop(entry)
    }
  }
  function begin(id: string, key: string): void {
    if (entries.has(id)) return
    const entry = { id, key, lines: [] }
    entries.set(id, entry)
    const alike = (byKey.get(key) ?? new Set()).add(entry)
    byKey.set(key, alike)
    dropBeyond(alike)
  }

  return {
    add(line) {
      const place = line === undefined ? undefined : placeOf(line)
      if (line === undefined || place === undefined) {
        damagedLines += 1
        return
      }
      if (place.key !== undefined) begin(place.id, place.key)
      // Without an entry its operation is too old, or its first line damaged.
      const entry = entries.get(place.id)
      if (entry === undefined || entry.lines.includes(line)) return
      entry.lines.push(line)
      chars += line.length
      makeRoom()
    },
    *lines() {
      for (const { lines } of entries.values()) yield* lines
    },
    read() {
      const read = [...entries.values()].map(({ lines }) =>
        lines.map((line) => journalLine.safeParse(parseJson(line)).data),
      )
      const operations = read.flatMap((lines) => lines.reduce(join, undefined) ?? [])
      const damaged = read.flat().filter((line) => line === undefined).length
      return { operations, damagedLines: damagedLines + damaged }
    },
  }
}

/** Where a line belongs, and for a first one among what; whether it is whole is looked at where it is kept. */
function placeOf(line: string): { readonly id: string; readonly key?: string } | undefined {
  const value = parseJson(line)
  if (value === null || typeof value !== 'object') return undefined
  const { event, id, platform, tool, app } = value as Readonly<Record<string, unknown>>
  if (typeof id !== 'string') return undefined
  if (event === 'started') return { id, key: `${platform} ${tool} ${app}` }
  return event === 'noted' || event === 'ended' ? { id } : undefined
}

function join(
  operation: Operation | undefined,
  line: JournalLine | undefined,
): Operation | undefined {
  if (line?.event === 'started') {
    const { event: _event, at, ...rest } = line
    return { ...rest, startedAt: at, facts: {}, end: undefined }
  }
  if (line === undefined || operation === undefined) return operation
  return line.event === 'ended'
    ? { ...operation, end: line }
    : { ...operation, facts: { ...operation.facts, ...line.facts } }
}
