import type { TomlTable } from 'smol-toml'
import { listChecks, webChecks } from './checks.js'
import type { DeploySettings } from './fly-toml.js'
import { allServices, processGroups, takesHttp, webServices } from './services.js'
import { tablesIn } from './tables.js'
import { defaultVm, vmTables } from './vm.js'

/**
 * Adds what the file lacks, a whole table at a time:
 * - `[http_service]` where nothing describes a service. A file with `[processes]` and no service is a worker and
 *   stays one, unless the caller names a port or a path to ask for.
 * - a check where there is none at all and HTTP is spoken, or none for the path that the caller names
 * - `[[vm]]` where no size is given
 */
export function fillDefaults(config: TomlTable, settings: DeploySettings): void {
  config.primary_region ??= 'ewr'
  if (lacksService(config, settings)) config.http_service = defaultService(config)
  if (lacksCheck(config, settings)) addCheck(config, settings)
  if (vmTables(config).length === 0) config.vm = [defaultVm(settings)]
}

function lacksService(config: TomlTable, { internalPort, healthPath }: DeploySettings): boolean {
  if (allServices(config).length > 0) return false
  if (processGroups(config).length === 0 || internalPort !== undefined) return true
  return healthPath !== undefined && webChecks(config).length === 0
}

function defaultService(config: TomlTable): TomlTable {
  return {
    internal_port: 8080n,
    force_https: true,
    auto_stop_machines: 'stop',
    auto_start_machines: true,
    min_machines_running: 0n,
    processes: [webGroup(config)],
  }
}

/** flyctl's own name for the only group, else what people call the one for the web, else the first. */
function webGroup(config: TomlTable): string {
  const groups = processGroups(config)
  return ['app', 'web'].find((name) => groups.includes(name)) ?? groups[0] ?? 'app'
}

function lacksCheck(config: TomlTable, { healthPath }: DeploySettings): boolean {
  if (listChecks(config).length === 0) return true
  return healthPath !== undefined && webChecks(config).length === 0
}

function addCheck(config: TomlTable, { healthPath }: DeploySettings): void {
  const [main] = webServices(config)
  if (main === undefined) return
  const check = {
    grace_period: '10s',
    interval: '30s',
    method: 'GET',
    timeout: '5s',
    path: '/info',
  }
  if (main === config.http_service) main.checks = [...tablesIn(main.checks), check]
  else if (takesHttp(main) || healthPath !== undefined) main.http_checks = [check]
}
