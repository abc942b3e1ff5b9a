import type { TomlTable, TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { listChecks, webChecks } from './checks.js'
import type { DeploySettings } from './fly-toml.js'
import { httpsRedirects, webServices } from './services.js'
import { isTable, portIn, tablesIn } from './tables.js'
import { vmTables } from './vm.js'

/** One setting and the tables that it goes into. */
interface Placement {
  /** The name that the caller knows it by. */
  readonly field: string
  readonly value: TomlValue | undefined
  readonly key: string
  readonly targets: readonly TomlTable[]
}

/** Puts the caller's settings in place. Raises `invalid_input` naming a setting that has no place in this file. */
export function applySettings(config: TomlTable, settings: DeploySettings): void {
  if (settings.region !== undefined) setRegion(config, settings.region)
  if (settings.strategy !== undefined) {
    config.deploy = {
      ...(isTable(config.deploy) ? config.deploy : {}),
      strategy: settings.strategy,
    }
  }
  if (settings.env !== undefined && Object.keys(settings.env).length > 0) {
    const entries = [...tablesIn(config.env), settings.env].flatMap((env) => Object.entries(env))
    config.env = Object.fromEntries(entries)
  }
  const placements = [
    ...checkPlacements(config, settings),
    ...servicePlacements(config, settings),
    ...vmPlacements(config, settings),
  ]
  for (const placement of placements) place(placement)
}

/** Machines see it as PRIMARY_REGION; a file that says so itself must not say another. */
function setRegion(config: TomlTable, region: string): void {
  config.primary_region = region
  if (isTable(config.env) && Object.hasOwn(config.env, 'PRIMARY_REGION'))
    config.env = { ...config.env, PRIMARY_REGION: region }
}

function servicePlacements(config: TomlTable, settings: DeploySettings): Placement[] {
  const targets = webServices(config)
  const { internalPort, autoStop, autoStart, minMachinesRunning, forceHttps } = settings
  return [
    { field: 'internal_port', key: 'internal_port', value: integer(internalPort), targets },
    { field: 'auto_stop', key: 'auto_stop_machines', value: autoStop, targets },
    { field: 'auto_start', key: 'auto_start_machines', value: autoStart, targets },
    {
      field: 'min_machines_running',
      key: 'min_machines_running',
      value: integer(minMachinesRunning),
      targets,
    },
    {
      field: 'force_https',
      key: 'force_https',
      value: forceHttps,
      targets: httpsRedirects(config),
    },
  ]
}

/** A top-level check of the service's port moves along with it. */
function checkPlacements(config: TomlTable, settings: DeploySettings): Placement[] {
  const { gracePeriod, interval, timeout, healthPath, internalPort } = settings
  const targets = listChecks(config).map(({ table }) => table)
  const asked = webChecks(config).map(({ table }) => table)
  const ports = webServices(config).map(({ internal_port }) => portIn(internal_port))
  const moving = targets.filter(({ port }) => port !== undefined && ports.includes(portIn(port)))
  return [
    { field: 'grace_period', key: 'grace_period', value: gracePeriod, targets },
    { field: 'interval', key: 'interval', value: interval, targets },
    { field: 'timeout', key: 'timeout', value: timeout, targets },
    { field: 'health_path', key: 'path', value: healthPath, targets: asked },
    ...moving.map((table) => ({
      field: 'internal_port',
      key: 'port',
      value: integer(internalPort),
      targets: [table],
    })),
  ]
}

function vmPlacements(config: TomlTable, { memory, cpuKind, cpus }: DeploySettings): Placement[] {
  const targets = vmTables(config)
  // flyctl lets memory_mb win over memory (appconfig/machines.go, computeToGuest)
  if (memory !== undefined) for (const table of targets) delete table.memory_mb
  return [
    { field: 'memory', key: 'memory', value: memory, targets },
    { field: 'cpu_kind', key: 'cpu_kind', value: cpuKind, targets },
    { field: 'cpus', key: 'cpus', value: integer(cpus), targets },
  ]
}

function place({ field, value, key, targets }: Placement): void {
  if (value === undefined) return
  if (targets.length === 0) throw withoutPlace(field)
  for (const table of targets) table[key] = value
}

function integer(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value)
}

function withoutPlace(field: string): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'config',
    `${field}: the base config has no service or check that it could apply to.`,
    {
      remedy: `Leave ${field} out; or give internal_port as well, so that a worker gets a service; or write the service into the base config.`,
    },
  )
}
