const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

export const durationPattern = /^\d+(ms|s|m|h)$/

/** "10s" → 10000; undefined for anything that is not a duration. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text)
  if (match === null) return undefined
  const unit = match[2] as keyof typeof unitMs
  return Number(match[1]) * unitMs[unit]
}
