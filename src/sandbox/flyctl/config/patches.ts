import { formatDuration } from '../go/duration.js'

/** A table of toml, or what stands in its place. */
export type Table = Readonly<Record<string, unknown>>

/**
 * What flyctl does to a file before it reads its types: older spellings become today's, bare numbers
 * become durations and texts (flyctl 2026.8, internal/appconfig/patches.go).
 */
export function patchConfig(raw: Table): Table {
  const { compute, computes, vm, mount, mounts, metric, metrics, ...rest } = raw
  const machines = [compute, computes, vm].flatMap((each) => tablesOf(each, 'compute'))
  const volumes = [mount, mounts].flatMap((each) => tablesOf(each, 'mounts'))
  const measures = [metric, metrics].flatMap((each) => tablesOf(each, 'mounts'))
  return {
    ...changed(rest, patchers),
    vm: machines.map((each) => changed(each, { memory: toText })),
    mounts: volumes.map((each) => changed(each, { initial_size: toText })),
    metrics: measures,
  }
}

/** Sections that flyctl has taken apart before `--strict` looks at them: it finds nothing in there. */
export const unseenByStrict: readonly string[] = ['services', 'vm', 'mounts', 'metrics']

type Patch = (value: unknown) => unknown
type Patches = Readonly<Record<string, Patch>>

const checkPatches: Patches = {
  interval: inUnit(1e6),
  timeout: inUnit(1e6),
  grace_period: inUnit(1e6),
  headers: patchHeaders,
}

const servicePatches: Patches = {
  concurrency: patchConcurrency,
  ports: (value) => tablesOf(value, 'ports').map((port) => changed(port, { port: toInteger })),
  tcp_checks: (value) => tablesOf(value, 'tcp_checks').map(patchCheck),
  http_checks: (value) => tablesOf(value, 'http_checks').map(patchCheck),
  internal_port: toInteger,
}

const patchers: Patches = {
  env: patchEnvironment,
  services: (value) =>
    tablesOf(value, 'services').map((service) => changed(service, servicePatches)),
  processes: patchProcesses,
  checks: patchChecks,
  experimental: (value) =>
    changed(asTable(value), { cmd: toList, entrypoint: toList, exec: toList }),
  kill_timeout: inUnit(1e9),
  build: patchBuild,
}

function changed(table: Table, patches: Patches): Table {
  return Object.fromEntries(
    Object.entries(table).map(([key, value]) => [key, patches[key]?.(value) ?? value]),
  )
}

function patchCheck(check: Table): Table {
  return changed(check, checkPatches)
}

function patchChecks(value: unknown): unknown {
  const named = Array.isArray(value)
    ? value.map((check): [string, unknown] => [String(asTable(check).name), check])
    : Object.entries(asTable(value))
  return Object.fromEntries(named.map(([name, check]) => [name, patchCheck(asTable(check))]))
}

function patchEnvironment(value: unknown): unknown {
  const tables = Array.isArray(value) ? value.map(asTable) : [asTable(value)]
  return Object.fromEntries(
    tables.flatMap((table) => Object.entries(table).map(([key, each]) => [key, toText(each)])),
  )
}

function patchProcesses(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return Object.fromEntries(
    value.map(asTable).map(({ name, command = '' }) => [toText(name), toText(command)]),
  )
}

function patchBuild(value: unknown): unknown {
  const { build_target, ...rest } = asTable(value)
  return build_target === undefined ? rest : { ...rest, 'build-target': build_target }
}

function patchHeaders(value: unknown): unknown {
  const pairs = Array.isArray(value)
    ? value.map(asTable).map(({ name, value: text = '' }) => [toText(name), toText(text)])
    : Object.entries(asTable(value)).map(([name, text]) => [name, toText(text)])
  return Object.fromEntries(pairs)
}

/** "20,25" was once soft and hard limit. */
function patchConcurrency(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const [soft, hard] = value.split(',')
  if (hard === undefined) throw new Error(`Unknown value '${value}' for concurrency limits`)
  return { type: 'requests', hard_limit: toInteger(hard), soft_limit: toInteger(soft) }
}

function inUnit(ns: number): Patch {
  return (value) => (typeof value === 'number' ? formatDuration(Math.trunc(value) * ns) : value)
}

function toInteger(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/^[+-]?\d+$/.test(value)) return Number(value)
  throw new Error(
    `Can not convert '${value}' to integer: strconv.Atoi: parsing "${value}": invalid syntax`,
  )
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : String(value)
}

function toList(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value
}

function tablesOf(value: unknown, section: string): readonly Table[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.map(asTable)
  if (typeof value === 'object' && value !== null) return [asTable(value)]
  throw new Error(`Error processing ${section}: Unknown type '${typeof value}'`)
}

function asTable(value: unknown): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value))
  throw new Error(`Can not cast '${value}' as map[string]any`)
}
