import type { TomlTable, TomlValue } from 'smol-toml'
import { durationMs, longestWaitMs } from '../durations.js'
import { FlyopsError } from '../errors.js'
import { allServices, webServices } from './services.js'
import { isTable, portIn, tablesIn } from './tables.js'

/** A health check, wherever the file holds it. */
export interface Check {
  readonly table: TomlTable
  readonly isHttp: boolean
  /** The service that it belongs to; undefined for a `[checks.NAME]`. */
  readonly service: TomlTable | undefined
  /** What flyctl takes a duration without a unit for: nanoseconds in `[http_service]`, else milliseconds. */
  readonly bareUnit: 'ns' | 'ms'
}

/** All checks in `[http_service]`, `[[services]]` and `[checks]`; `machine_checks` are tests, not health. */
export function listChecks(config: TomlTable): Check[] {
  const ofServices = allServices(config).flatMap((service): Check[] => [
    ...tablesIn(service.checks).map((table) => serviceCheck(table, service, 'ns')),
    ...tablesIn(service.http_checks).map((table) => serviceCheck(table, service, 'ms')),
    ...tablesIn(service.tcp_checks).map((table) => ({
      ...serviceCheck(table, service, 'ms'),
      isHttp: false,
    })),
  ])
  return [...ofServices, ...topLevelChecks(config.checks)]
}

function serviceCheck(table: TomlTable, service: TomlTable, bareUnit: Check['bareUnit']): Check {
  return { table, service, bareUnit, isHttp: true }
}

/** `[checks.NAME]`, or in old files an array of tables with `name`. */
function topLevelChecks(checks: TomlValue | undefined): Check[] {
  const tables = isTable(checks) ? Object.values(checks).flatMap(tablesIn) : tablesIn(checks)
  return tables.map((table) => ({
    table,
    service: undefined,
    bareUnit: 'ms',
    isHttp: table.type === 'http',
  }))
}

/** The HTTP checks that ask what the app's users ask: those of the web services and of their port. */
export function webChecks(config: TomlTable): Check[] {
  const services = webServices(config)
  const ports = services.map(({ internal_port }) => portIn(internal_port))
  return listChecks(config).filter(({ isHttp, service, table }) => {
    if (!isHttp) return false
    if (service !== undefined) return services.includes(service)
    return services.length === 0 || table.port === undefined || ports.includes(portIn(table.port))
  })
}

/** What a caller from outside can ask as well; an HTTP check without a path asks for `/`. */
export function outsideCheckPath(config: TomlTable): string | undefined {
  const [check] = webServices(config).length === 0 ? [] : webChecks(config)
  if (check === undefined) return undefined
  return typeof check.table.path === 'string' ? check.table.path : '/'
}

/**
 * Raises `config_invalid` for a check whose path begins with two slashes, or one and a backslash: that is another host's
 * address (WHATWG URL), no app answers it, and a deploy would wait for it in vain.
 */
export function refuseOtherHosts(config: TomlTable, name: string): void {
  const paths = listChecks(config).map(({ table }) => table.path)
  const odd = paths.find((path) => typeof path === 'string' && /^\/[/\\]/.test(path))
  if (odd === undefined) return
  const message = `${name} has a check of the path ${JSON.stringify(odd)}, which names a host: no app would answer it.`
  throw new FlyopsError('config_invalid', 'config', message, {
    remedy: 'Begin it with one slash, or give `health_path`.',
  })
}

/** At most `longestWaitMs`: what an author writes may be any number. */
export function longestGracePeriodMs(config: TomlTable): number {
  const periods = listChecks(config).map(
    ({ table, bareUnit }) => durationMs(String(table.grace_period), bareUnit) ?? 0,
  )
  return Math.min(longestWaitMs, Math.max(0, ...periods))
}
