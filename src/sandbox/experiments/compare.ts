import { type CallEntry, callsIn, type Entry, outcomeIn } from './record.js'

export interface Comparison {
  /** Whether both made the same calls, with the same ends, and reached the same goals. */
  readonly isSame: boolean
  readonly text: string
}

/** What two runs have in common, and where they part. */
export function compareRecords(one: readonly Entry[], other: readonly Entry[]): Comparison {
  const calls = alongside(callsIn(one).map(callLine), callsIn(other).map(callLine))
  const goals = alongside(goalLines(one), goalLines(other))
  const isSame = [...calls, ...goals].every(([a, b]) => a === b)
  const requests = differingCounts(requestCounts(one), requestCounts(other))
  const sections = [
    ['figures', figures(one, other)],
    ['calls', calls.map(sideBySide)],
    ['goals', goals.map(sideBySide)],
    ['requests that differ in number', requests],
  ] as const
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n'))
    .join('\n')
  return { isSame, text }
}

type Pair = readonly [string | undefined, string | undefined]

function alongside(one: readonly string[], other: readonly string[]): readonly Pair[] {
  const length = Math.max(one.length, other.length)
  return Array.from({ length }, (_, index) => [one[index], other[index]] as const)
}

function sideBySide([one, other]: Pair): string {
  return one === other ? `= ${one}` : `≠ ${one ?? 'nothing'}  |  ${other ?? 'nothing'}`
}

function callLine({ tool, arguments: args, is_error }: CallEntry): string {
  return `${tool} ${JSON.stringify(steady(args))} ${is_error ? 'failed' : 'done'}`
}

/** Addresses, ids and times are others in each run. */
function steady(value: unknown): unknown {
  return JSON.parse(steadyText(JSON.stringify(value)))
}

function steadyText(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/(?<![0-9A-Za-z])[0-9a-f]{14,}\b/g, 'ID')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, 'ID')
}

function goalLines(entries: readonly Entry[]): readonly string[] {
  const goals = outcomeIn(entries)?.goals ?? []
  return goals.map(({ goal, reached }) => `${reached ? 'reached' : 'missed'}: ${goal}`)
}

function figures(one: readonly Entry[], other: readonly Entry[]): readonly string[] {
  const [a, b] = [outcomeIn(one), outcomeIn(other)]
  const names = [
    'scenario',
    'seed',
    'score',
    'calls',
    'bytes_to_model',
    'requests',
    'faults',
    'seconds',
  ] as const
  return names.map((name) => sideBySide([`${name} ${a?.[name]}`, `${name} ${b?.[name]}`]))
}

function requestCounts(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const entry of entries) {
    if (entry.kind !== 'request') continue
    const line = steadyText(`${entry.place} ${entry.method} ${entry.path} ${entry.status}`)
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return counts
}

function differingCounts(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): readonly string[] {
  const lines = [...new Set([...one.keys(), ...other.keys()])].sort()
  const counted = lines.map((line) => [line, one.get(line) ?? 0, other.get(line) ?? 0] as const)
  return counted.filter(([, a, b]) => a !== b).map(([line, a, b]) => `${line}: ${a} | ${b}`)
}
