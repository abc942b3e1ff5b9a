import {
  type AppConfig,
  appConfigShape,
  type Scalar,
  type Shape,
  type TableShape,
} from './shape.js'

/** A table of toml as plain values. */
export type Table = Readonly<Record<string, unknown>>

export interface Reading {
  readonly config: AppConfig
  /** Settings that flyctl does not know: `http_service.checks[0].colour`. */
  readonly unknown: string[]
  /** Values of wrong types, in the words of Go's encoding/json. */
  readonly wrongTypes: string[]
}

/**
 * Reads fly.toml's tables. Older and shorter spellings become today's, as flyctl has it: `[vm]` is a list of
 * one, bare numbers are durations and texts (flyctl 2026.8, internal/appconfig/patches.go).
 */
export function readTables(raw: Table): Reading {
  const { compute, computes, vm, mount, mounts, ...rest } = raw
  const lists = {
    vm: [compute, computes, vm].flatMap((each) => each ?? []),
    mounts: [mount, mounts].flatMap((each) => each ?? []),
  }
  const given = Object.entries(lists).filter(([, list]) => list.length > 0)
  const findings = { unknown: [], wrongTypes: [] }
  const tables = { ...rest, ...Object.fromEntries(given) }
  // What it finds nothing wrong with is an AppConfig.
  const config = read(appConfigShape, tables, '', findings) as AppConfig
  return { config, ...findings }
}

type Findings = Pick<Reading, 'unknown' | 'wrongTypes'>

function read(shape: Shape, value: unknown, path: string, findings: Findings): unknown {
  if (typeof shape === 'string') {
    const result = readers[shape](value)
    if (result === undefined) findings.wrongTypes.push(mismatch(value, path, shape))
    return result
  }
  if (isList(shape)) {
    const list = isTable(value) ? [value] : value
    if (Array.isArray(list))
      return list.map((each, index) => read(shape[0], each, `${path}[${index}]`, findings))
  } else if (isTable(value)) return readTable(shape, value, path, findings)
  findings.wrongTypes.push(mismatch(value, path, isList(shape) ? '[]struct' : 'struct'))
  return undefined
}

function readTable(shape: TableShape, table: Table, path: string, findings: Findings): Table {
  const entries = Object.entries(table).flatMap(([name, value]) => {
    const place = path === '' ? name : `${path}.${name}`
    const known = shape[name] ?? shape['*']
    if (known !== undefined) return [[name, read(known, value, place, findings)]]
    findings.unknown.push(place)
    return []
  })
  return Object.fromEntries(entries)
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

const readers: Readonly<Record<Scalar, (value: unknown) => unknown>> = {
  any: (value) => value,
  string: (value) => (typeof value === 'string' ? value : undefined),
  text: (value) => (typeof value === 'object' ? undefined : String(value)),
  int: (value) => (Number.isInteger(value) ? value : undefined),
  port: (value) => (/^\d+$/.test(String(value)) ? Number(value) : undefined),
  float64: (value) => (typeof value === 'number' ? value : undefined),
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  durationOfS: (value) => readDuration(value, 1),
  durationOfMs: (value) => readDuration(value, 1e-3),
  durationOfNs: (value) => readDuration(value, 1e-9),
  autostop: readAutostop,
}

/** `unit`: the seconds that one is, in a bare number. */
function readDuration(value: unknown, unit: number): string | undefined {
  const text = typeof value === 'number' ? `${plain(value * unit)}s` : String(value)
  return /^(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)$/.test(text) ? text : undefined
}

/** Without an exponent, which durations do not have. */
function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '')
}

function readAutostop(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 'stop' : 'off'
  return ['off', 'stop', 'suspend'].find((word) => word === value)
}

function mismatch(value: unknown, path: string, type: string): string {
  const given = Array.isArray(value) ? 'array' : typeof value
  const field = `Config.${path.replace(/\[\d+\]/g, '')}`
  return `json: cannot unmarshal ${given} into Go struct field ${field} of type ${type}`
}
