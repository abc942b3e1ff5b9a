import type { TomlTable, TomlValue } from 'smol-toml'
import { outsideCheckPath } from './checks.js'
import { deployStrategy, groupMachines, type MachineSize } from './machines.js'
import { httpsRedirects, processGroups, webServices } from './services.js'
import { isTable } from './tables.js'

/** What a setting is in the end. */
export interface EffectiveSetting {
  /** As callers name it, where they can set it. */
  readonly field: string
  /** Where there are several such: a process group, a variable. */
  readonly of?: string
  readonly value: string
  /** Whether the file says so; else flyctl or Fly decides. */
  readonly isWritten: boolean
  /** Whether it is so because of `set`. */
  readonly isSet?: true
}

/** The settings that matter to whoever looks at a plan. */
export function effectiveSettings(config: TomlTable): readonly EffectiveSetting[] {
  return [
    ...serviceSettings(config),
    one('region', config.primary_region) ?? byFly('region', 'as the machines are'),
    ...groupMachines(config).flatMap(({ group, size, isSized }, _index, groups) =>
      sizeSettings(size, isSized, groups.length > 1 ? { of: group } : {}),
    ),
    one('strategy', deployStrategy(config)) ?? byFly('strategy', 'rolling'),
    ...(processGroups(config).length === 0
      ? []
      : [{ field: 'processes', value: processGroups(config).join(', '), isWritten: true }]),
    ...variables(config),
  ]
}

/** Those that were others before `set`. */
export function markSet(
  before: readonly EffectiveSetting[],
  after: readonly EffectiveSetting[],
): readonly EffectiveSetting[] {
  const texts = new Set(before.map((setting) => JSON.stringify(setting)))
  return after.map((setting) =>
    texts.has(JSON.stringify(setting)) ? setting : { ...setting, isSet: true },
  )
}

function serviceSettings(config: TomlTable): EffectiveSetting[] {
  const [service] = webServices(config)
  if (service === undefined) return [{ field: 'services', value: 'no HTTP', isWritten: true }]
  const [redirect] = httpsRedirects(config)
  return [
    one('internal_port', service.internal_port),
    one('health_path', outsideCheckPath(config)) ?? {
      field: 'health_path',
      value: 'no check by HTTP',
      isWritten: true,
    },
    one('auto_stop', service.auto_stop_machines) ?? byFly('auto_stop', 'off'),
    one('min_machines_running', service.min_machines_running) ?? byFly('min_machines_running', '0'),
    one('force_https', redirect?.force_https) ?? byFly('force_https', 'false'),
  ].filter((setting) => setting !== undefined)
}

function sizeSettings(
  { memoryMb, cpus, cpuKind }: MachineSize,
  isWritten: boolean,
  of: Pick<EffectiveSetting, 'of'>,
): EffectiveSetting[] {
  if (!isWritten)
    return [{ ...byFly('memory', `as the machines have it; new ones ${memoryMb}mb`), ...of }]
  return [
    { field: 'memory', ...of, value: `${memoryMb}mb`, isWritten },
    { field: 'cpus', ...of, value: `${cpus} ${cpuKind}`, isWritten },
  ]
}

function variables({ env }: TomlTable): EffectiveSetting[] {
  const names = isTable(env) ? Object.keys(env) : []
  return names.map((name) => ({ field: 'env', of: name, value: '', isWritten: true }))
}

function one(field: string, value: TomlValue | undefined): EffectiveSetting | undefined {
  return value === undefined ? undefined : { field, value: String(value), isWritten: true }
}

function byFly(field: string, value: string): EffectiveSetting {
  return { field, value, isWritten: false }
}
