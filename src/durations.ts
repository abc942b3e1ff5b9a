const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

export type DurationUnit = keyof typeof unitMs

/** No wait for an app is longer, whoever asks for it: Node's timers end at once where they are beyond 24 days. */
export const longestWaitMs = 24 * unitMs.h

/** What callers give: one number and one unit. */
export const durationPattern = /^\d+(ms|s|m|h)$/

/** How long something is wanted: one number and one unit, a day at most 30 times. */
export const ttlPattern = /^(?:[1-9]\d{0,2}[smh]|(?:[1-9]|[12]\d|30)d)$/

/** Milliseconds of what `ttlPattern` matches. */
export function ttlMs(text: string): number {
  const count = Number.parseInt(text, 10)
  return text.endsWith('d')
    ? count * 24 * unitMs.h
    : count * unitMs[text.slice(-1) as 's' | 'm' | 'h']
}

/**
 * Milliseconds of "10s", "1m30s" or "1.5s", as Go's time.ParseDuration reads them; undefined for anything else. Without a
 * unit nothing is one, unless `bareUnit` says what it is.
 */
export function durationMs(text: string, bareUnit?: DurationUnit): number | undefined {
  if (bareUnit !== undefined && /^\d+(\.\d+)?$/.test(text)) return Number(text) * unitMs[bareUnit]
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)
  return [...parts].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as DurationUnit],
    0,
  )
}
