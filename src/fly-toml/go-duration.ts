import type { TomlValue } from 'smol-toml'

const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

type Unit = keyof typeof unitMs

/** flyctl takes a bare number for milliseconds in `[checks]` and `[[services]]`, for nanoseconds in `[http_service]`. */
export type BareUnit = 'ns' | 'ms'

/** A duration as Go's time.ParseDuration reads it, such as "1m30s" or "1.5s"; undefined for anything else. */
export function goDurationMs(value: TomlValue | undefined, bareUnit: BareUnit): number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number')
    return Number(value) * unitMs[bareUnit]
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value))
    return undefined
  const parts = value.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as Unit], 0)
}
