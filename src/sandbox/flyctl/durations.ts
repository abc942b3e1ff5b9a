import { goDurationMs } from '../../fly-toml/go-duration.js'

/** A duration of fly.toml as Go prints it, such as "1m30s"; a bare number is nanoseconds. */
export function goDuration(value: string | number | undefined): string | undefined {
  const valueMs = durationMs(value)
  return valueMs === undefined ? undefined : formatMs(valueMs)
}

/** Milliseconds; undefined for what is no duration. */
export function durationMs(value: string | number | undefined): number | undefined {
  return goDurationMs(value, 'ns')
}

/** As Go's Duration.String writes it. */
export function formatMs(valueMs: number): string {
  if (valueMs === 0) return '0s'
  if (valueMs < 0.001) return `${round(valueMs * 1e6)}ns`
  if (valueMs < 1) return `${round(valueMs * 1e3)}µs`
  if (valueMs < 1_000) return `${round(valueMs)}ms`
  const hours = Math.floor(valueMs / 3_600_000)
  const minutes = Math.floor((valueMs % 3_600_000) / 60_000)
  const seconds = `${round((valueMs % 60_000) / 1_000)}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** Without the traces of binary fractions. */
function round(value: number): number {
  return Number(value.toFixed(9))
}
