type Table = Readonly<Record<string, unknown>>

/**
 * What flyctl does to a file before it reads it: old names and shapes become today's (flyctl 2026.8,
 * internal/appconfig/patches.go). Shapes that no file of flyops has are left out.
 */
export function repaired(config: Table): Table {
  const { compute, computes, vm, mount, mounts, metric, metrics, ...rest } = config
  const { env, build, checks, services, kill_timeout } = rest
  return {
    ...rest,
    ...(env === undefined ? {} : { env: textsOnly(env) }),
    ...(isTable(build) ? { build: renamed(build, 'build_target', 'build-target') } : {}),
    ...(checks === undefined ? {} : { checks: namedChecks(checks) }),
    ...(services === undefined ? {} : { services: tables(services).map(serviceTimes) }),
    ...(typeof kill_timeout === 'number' ? { kill_timeout: `${kill_timeout}s` } : {}),
    vm: [compute, computes, vm].flatMap(tables).map((each) => asText(each, 'memory')),
    mounts: [mount, mounts].flatMap(tables).map((each) => asText(each, 'initial_size')),
    metrics: [metric, metrics].flatMap(tables),
  }
}

function isTable(value: unknown): value is Table {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function tables(value: unknown): Table[] {
  return (Array.isArray(value) ? value : [value]).filter(isTable)
}

/** Environment values may be of any scalar type. */
function textsOnly(value: unknown): unknown {
  const entries = tables(value).flatMap((env) => Object.entries(env))
  return Object.fromEntries(entries.map(([name, each]) => [name, String(each)]))
}

function renamed(from: Table, old: string, today: string): Table {
  const { [old]: value, ...rest } = from
  return value === undefined ? from : { ...rest, [today]: value }
}

function asText(from: Table, key: string): Table {
  return typeof from[key] === 'number' ? { ...from, [key]: String(from[key]) } : from
}

/** Old files hold an array of checks with a `name` each. */
function namedChecks(checks: unknown): unknown {
  const named = Array.isArray(checks)
    ? checks.filter(isTable).map(({ name, ...check }) => [String(name), check] as const)
    : Object.entries(isTable(checks) ? checks : {})
  return Object.fromEntries(
    named.map(([name, check]) => [name, isTable(check) ? inMilliseconds(check) : check]),
  )
}

function serviceTimes(service: Table): Table {
  const { http_checks, tcp_checks } = service
  return {
    ...service,
    ...(http_checks === undefined ? {} : { http_checks: tables(http_checks).map(inMilliseconds) }),
    ...(tcp_checks === undefined ? {} : { tcp_checks: tables(tcp_checks).map(inMilliseconds) }),
  }
}

/** A number without a unit is a number of milliseconds here; elsewhere, of nanoseconds. */
function inMilliseconds(check: Table): Table {
  const times = ['interval', 'timeout', 'grace_period'].flatMap((key) =>
    typeof check[key] === 'number' ? [[key, `${check[key]}ms`]] : [],
  )
  return { ...check, ...Object.fromEntries(times) }
}
