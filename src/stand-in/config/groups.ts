import type { AppConfig, Compute, Grouped } from './shape.js'

/** The process groups, sorted; "app" where the file names none. */
export function groupNames({ processes = {} }: AppConfig): readonly string[] {
  const names = Object.keys(processes).sort()
  return names.length === 0 ? ['app'] : names
}

/**
 * The part of the configuration that one group's machines get (flyctl 2026.8,
 * internal/appconfig/processgroups.go).
 */
export function flatten(config: AppConfig, group: string): AppConfig {
  const names = groupNames(config)
  const fallback = names.includes('app') ? 'app' : names[0]
  const belongs = ({ processes = [] }: Grouped) =>
    processes.length === 0 ? group === fallback : processes.includes(group)
  const { http_service: http, checks = {}, services, mounts, files, restart, vm = [] } = config
  return {
    ...config,
    http_service: http !== undefined && belongs(http) ? http : undefined,
    checks: Object.fromEntries(Object.entries(checks).filter(([, check]) => belongs(check))),
    services: services?.filter(belongs),
    mounts: mounts?.filter(belongs),
    files: files?.filter(belongs),
    restart: restart?.filter(belongs),
    vm: computeFor(vm, group),
  }
}

/** The [[vm]] that names the group, else one for all groups. */
function computeFor(vm: readonly Compute[], group: string): readonly Compute[] {
  const own = vm.filter(({ processes = [] }) => processes.includes(group))
  return [...own, ...vm.filter(({ processes = [] }) => processes.length === 0)].slice(0, 1)
}
