import type { TomlTable } from 'smol-toml'
import { webChecks } from './checks.js'
import type { DeploySettings } from './fly-toml.js'
import { allServices, processGroups, webServices } from './services.js'
import { tablesIn } from './tables.js'
import { leastMemoryMb, vmTables } from './vm.js'

/** What is deployed where nobody has written a file, on one small machine: an HTTP service with a check, none for a worker. */
export function defaults(settings: DeploySettings): TomlTable {
  return {
    primary_region: 'ewr',
    ...(settings.worker ? {} : { http_service: checkedService(settings) }),
    vm: [defaultVm(settings)],
  }
}

function checkedService({ withoutCheck }: DeploySettings): TomlTable {
  const service = defaultService('app')
  return withoutCheck ? service : { ...service, checks: [defaultCheck()] }
}

/** Adds the tables that the caller's settings need and the file lacks: a service, a check, `[[vm]]`. */
export function makeRoom(config: TomlTable, settings: DeploySettings): void {
  const { internalPort, healthPath, memory, cpuKind, cpus } = settings
  const wantsCheck = healthPath !== undefined && webChecks(config).length === 0
  const wantsService = wantsCheck || internalPort !== undefined
  if (wantsService && allServices(config).length === 0)
    config.http_service = defaultService(webGroup(config))
  if (wantsCheck) addCheck(config)
  const wantsSize = [memory, cpuKind, cpus].some((setting) => setting !== undefined)
  if (wantsSize && vmTables(config).length === 0) config.vm = [leastVm(settings)]
}

function defaultService(group: string): TomlTable {
  return {
    internal_port: 8080n,
    force_https: true,
    auto_stop_machines: 'stop',
    auto_start_machines: true,
    min_machines_running: 0n,
    processes: [group],
  }
}

function defaultCheck(): TomlTable {
  return { grace_period: '10s', interval: '30s', method: 'GET', timeout: '5s', path: '/info' }
}

/** flyctl's own name for the only group, else what people call the one for the web, else the first. */
function webGroup(config: TomlTable): string {
  const groups = processGroups(config)
  return ['app', 'web'].find((name) => groups.includes(name)) ?? groups[0] ?? 'app'
}

function addCheck(config: TomlTable): void {
  const [main] = webServices(config)
  if (main === undefined) return
  const key = main === config.http_service ? 'checks' : 'http_checks'
  main[key] = [...tablesIn(main[key]), defaultCheck()]
}

const defaultMb = 1024

/** The default machine, with as much memory as the wanted CPUs need: Fly refuses less only after the release is made. */
function defaultVm({ cpus = 1, cpuKind = 'shared' }: DeploySettings): TomlTable {
  const leastMb = leastMemoryMb(cpuKind, cpus)
  return { memory: memoryText(Math.max(defaultMb, leastMb)), cpu_kind: cpuKind, cpus: BigInt(cpus) }
}

/** What the caller asks for, and the memory that its CPUs need at least. */
function leastVm({ memory, cpuKind = 'shared', cpus = 1 }: DeploySettings): TomlTable {
  return { memory: memory ?? memoryText(leastMemoryMb(cpuKind, cpus)) }
}

function memoryText(sizeMb: number): string {
  return sizeMb % 1024 === 0 ? `${sizeMb / 1024}gb` : `${sizeMb}mb`
}
