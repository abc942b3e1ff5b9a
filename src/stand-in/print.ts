import type { Host } from './host.js'

/** Prints a value as flyctl's `--json` does. */
export function printJson({ out }: Host, value: unknown): void {
  out(`${JSON.stringify(value, null, 4)}\n`)
}

/** A notice beside the work: flyctl puts those on standard output (flyctl 2026.8). */
export function warn({ out }: Host, text: string): void {
  out(`WARN ${text}\n`)
}

const irregular: Readonly<Record<string, string>> = {
  id: 'ID',
  internalNumericId: 'InternalNumericID',
  evaluationId: 'EvaluationID',
  appUrl: 'AppURL',
  ipAddresses: 'IPAddresses',
  cnameTarget: 'CNAMETarget',
}

/** What GraphQL answers as flyctl prints it: under the names of Go's fields (fly-go 0.9, types.go has no tags). */
export function withGoNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withGoNames)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => {
    const goName = irregular[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    return [goName, withGoNames(each)]
  })
  return Object.fromEntries(entries)
}
