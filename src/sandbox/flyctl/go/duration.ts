const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** Nanoseconds of "1m30s". Raises in the words of Go's time.ParseDuration. */
export function parseDuration(text: string): number {
  const quoted = JSON.stringify(text)
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (!/^(\d+\.?\d*|\.\d+)/.test(rest)) throw new Error(`time: invalid duration ${quoted}`)
  let ns = 0
  for (let left = rest; left !== ''; ) {
    const [part, count = '', unit = ''] = /^(\d*\.?\d*)([^.\d]*)/.exec(left) ?? []
    if (!part || !/\d/.test(count)) throw new Error(`time: invalid duration ${quoted}`)
    if (unit === '') throw new Error(`time: missing unit in duration ${quoted}`)
    const factor = unitNs[unit]
    if (factor === undefined)
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`)
    ns += Number(count) * factor
    left = left.slice(part.length)
  }
  return Math.trunc(sign === '-' ? -ns : ns)
}

/** "1m30s", as Go's Duration.String. */
export function formatDuration(ns: number): string {
  if (ns === 0) return '0s'
  if (ns < 0) return `-${formatDuration(-ns)}`
  if (ns < 1e3) return `${ns}ns`
  if (ns < 1e6) return `${ns / 1e3}µs`
  if (ns < 1e9) return `${ns / 1e6}ms`
  const hours = Math.floor(ns / 3600e9)
  const minutes = Math.floor(ns / 60e9) % 60
  const seconds = (ns % 60e9) / 1e9
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}
