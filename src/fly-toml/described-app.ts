import { longestGracePeriodMs, outsideCheckPath } from './checks.js'
import { splitCommand } from './command-line.js'
import { envOf, readBase } from './compose.js'
import type { BaseConfig } from './fly-toml.js'
import { groupMachines } from './machines.js'
import { processGroups, serviceGroups, webServices } from './services.js'
import { isTable, portIn } from './tables.js'
import { vmTables } from './vm.js'

/** What a toml itself says of how its app runs; where it says nothing, no default stands. */
export interface DescribedApp {
  readonly internalPort: number | undefined
  readonly checkPath: string | undefined
  /** It has processes, and none that takes requests. */
  readonly isWorker: boolean
  /** Of the group that takes requests, else of the first; empty where the image's own is used. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly memoryMb: number | undefined
  readonly gracePeriodMs: number
}

/** Raises `config_invalid` for a toml that cannot be read. */
export function describeApp(base: BaseConfig): DescribedApp {
  const config = readBase(base)
  const groups = processGroups(config)
  const served = serviceGroups(config)
  const group = served[0] ?? groups[0]
  const commands = isTable(config.processes) ? config.processes : {}
  const command = group === undefined ? undefined : commands[group]
  const sizes = vmTables(config).length === 0 ? [] : groupMachines(config)
  return {
    internalPort: portIn(webServices(config)[0]?.internal_port),
    checkPath: outsideCheckPath(config),
    isWorker: groups.length > 0 && served.length === 0,
    command: typeof command === 'string' ? (splitCommand(command) ?? []) : [],
    env: envOf(config),
    memoryMb: (sizes.find((size) => size.group === group) ?? sizes[0])?.size.memoryMb,
    gracePeriodMs: longestGracePeriodMs(config),
  }
}
