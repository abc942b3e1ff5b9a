import type { TomlTable, TomlValue } from 'smol-toml'
import { durationMs, longestWaitMs } from '../durations.js'
import { listChecks } from './checks.js'
import { allServices, processGroups, serviceGroups } from './services.js'
import { isTable, stringsIn, tablesIn } from './tables.js'
import { leastMemoryMb, vmTables } from './vm.js'

export interface MachineSize {
  readonly cpuKind: string
  readonly cpus: number
  readonly memoryMb: number
}

/** Machines of one process group, as a deploy would size them. */
export interface GroupMachines {
  readonly group: string
  readonly hasService: boolean
  /** Whether each machine has a volume. */
  readonly hasVolume: boolean
  /** Whether a health check asks its machines. */
  readonly isChecked: boolean
  readonly size: MachineSize
  /** Whether the file sizes it; else machines that are there keep their size. */
  readonly isSized: boolean
  /** How many never stop: those that no service may stop, too. */
  readonly minRunning: number | 'all'
}

/** The groups that a deploy makes machines for: `app` where the file names none. */
export function groupMachines(config: TomlTable): readonly GroupMachines[] {
  const named = processGroups(config)
  const served = serviceGroups(config)
  const checks = listChecks(config)
  return (named.length === 0 ? ['app'] : named).map((group) => ({
    group,
    hasService: served.includes(group),
    hasVolume: [config.mounts, config.mount]
      .flatMap(tablesIn)
      .some((mount) => concerns(group, mount)),
    isChecked: checks.some(({ service, table }) => concerns(group, service ?? table)),
    ...sizeOf(group, config),
    minRunning: minRunning(group, config),
  }))
}

/** `[deploy] strategy`, where the file has one. */
export function deployStrategy({ deploy }: TomlTable): string | undefined {
  return isTable(deploy) && typeof deploy.strategy === 'string' ? deploy.strategy : undefined
}

/** The longest that `[deploy]` lets flyctl wait; a bare number is nanoseconds there. At most `longestWaitMs`. */
export function deployWaitMs({ deploy }: TomlTable): number {
  const table = isTable(deploy) ? deploy : {}
  const waits = [table.wait_timeout, table.release_command_timeout].map(
    (wait) => durationMs(String(wait), 'ns') ?? 0,
  )
  return Math.min(longestWaitMs, Math.max(...waits))
}

/** The table for the group, else the one for all; flyctl's preset names such as `shared-cpu-2x` count. */
function sizeOf(group: string, config: TomlTable): Pick<GroupMachines, 'size' | 'isSized'> {
  const tables = vmTables(config)
  const own = tables.find(({ processes }) => stringsIn(processes).includes(group))
  const found = own ?? tables.find(({ processes }) => stringsIn(processes).length === 0)
  const vm = found ?? {}
  const preset = /^(shared|performance)(?:-cpu)?-(\d+)x$/.exec(String(vm.size ?? ''))
  const cpuKind = typeof vm.cpu_kind === 'string' ? vm.cpu_kind : (preset?.[1] ?? 'shared')
  const cpus = numberIn(vm.cpus) ?? Number(preset?.[2] ?? 1)
  const memoryMb = memoryIn(vm.memory) ?? numberIn(vm.memory_mb) ?? leastMemoryMb(cpuKind, cpus)
  return { size: { cpuKind, cpus, memoryMb }, isSized: found !== undefined }
}

function minRunning(group: string, config: TomlTable): number | 'all' {
  const services = allServices(config).filter((service) => concerns(group, service))
  const isStopped = services.some(({ auto_stop_machines: stop }) =>
    [true, 'stop', 'suspend'].includes(stop as boolean | string),
  )
  if (!isStopped) return 'all'
  return Math.max(...services.map((service) => numberIn(service.min_machines_running) ?? 0))
}

/** What names no process groups is about all of them. */
function concerns(group: string, { processes }: TomlTable): boolean {
  const named = stringsIn(processes)
  return named.length === 0 || named.includes(group)
}

function memoryIn(value: TomlValue | undefined): number | undefined {
  const [, amount, unit] = /^(\d+)\s*(mb|gb)?$/i.exec(String(value ?? '')) ?? []
  if (amount === undefined) return undefined
  return Number(amount) * (unit?.toLowerCase() === 'gb' ? 1024 : 1)
}

function numberIn(value: TomlValue | undefined): number | undefined {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined
}
