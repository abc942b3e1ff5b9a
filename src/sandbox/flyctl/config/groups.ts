import type { AppConfig, Compute } from '../shapes/app-config.js'

const defaultGroup = 'app'

/** The process groups, sorted; "app" where the file names none. */
export function groupNames({ processes = {} }: AppConfig): readonly string[] {
  const names = Object.keys(processes).sort()
  return names.length === 0 ? [defaultGroup] : names
}

/** The group of whatever names none: "app", else the first. */
export function defaultGroupName(config: AppConfig): string {
  const names = groupNames(config)
  return names.includes(defaultGroup) ? defaultGroup : (names[0] ?? defaultGroup)
}

/**
 * The part of the configuration that one group's machines get (flyctl 2026.8,
 * internal/appconfig/processgroups.go).
 */
export function flatten(config: AppConfig, group: string): AppConfig {
  const fallback = defaultGroupName(config)
  const belongs = ({ processes = [] }: { readonly processes?: readonly string[] | undefined }) =>
    processes.length === 0 ? group === fallback : processes.includes(group)
  const { processes = {}, checks = {}, http_service: http } = config
  const compute = computeFor(config, group)
  const command = processes[group]
  return {
    ...config,
    processes: command === undefined ? {} : { [group]: command },
    checks: Object.fromEntries(Object.entries(checks).filter(([, check]) => belongs(check))),
    http_service: http !== undefined && belongs(http) ? http : undefined,
    services: config.services?.filter(belongs),
    mounts: config.mounts?.filter(belongs),
    metrics: config.metrics?.filter(belongs),
    restart: config.restart?.filter(belongs),
    vm: compute === undefined ? [] : [compute],
    host_dedication_id: compute?.host_dedication_id || config.host_dedication_id,
  }
}

/** The [[vm]] that names the group, else one for all groups. */
function computeFor({ vm = [] }: AppConfig, group: string): Compute | undefined {
  return (
    vm.find(({ processes = [] }) => processes.includes(group)) ??
    vm.find(({ processes = [] }) => processes.length === 0)
  )
}
