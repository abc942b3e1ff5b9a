import type { TomlTable } from 'smol-toml'
import { isTable, portIn, stringsIn, tablesIn } from './tables.js'

/** Every table that describes a service; none for a worker. */
export function allServices(config: TomlTable): TomlTable[] {
  return [...httpService(config), ...tablesIn(config.services)]
}

/**
 * The services that carry the app's web traffic, the main one first: `[http_service]`, else the only one of
 * `[[services]]`, else the first with an http handler; and those that share its port (80 and 443 apart, say).
 */
export function webServices(config: TomlTable): TomlTable[] {
  const services = allServices(config)
  const [main] =
    services.length === 1 ? services : [...httpService(config), ...services.filter(takesHttp)]
  if (main === undefined) return []
  const port = portIn(main.internal_port)
  const sharing = services.filter(
    (other) => port !== undefined && portIn(other.internal_port) === port,
  )
  return [main, ...sharing.filter((other) => other !== main)]
}

/** Whether the edge speaks HTTP to it, so that an HTTP check makes sense. */
export function takesHttp(service: TomlTable): boolean {
  return tablesIn(service.ports).some((port) => stringsIn(port.handlers).includes('http'))
}

/** Whether the edge speaks HTTP to the main service. */
export function speaksHttp(config: TomlTable): boolean {
  const [main] = webServices(config)
  return main !== undefined && (main === config.http_service || takesHttp(main))
}

/** Where `force_https` goes: into `[http_service]`, else into the plain http ports. */
export function httpsRedirects(config: TomlTable): TomlTable[] {
  const main = httpService(config)
  if (main.length > 0) return main
  return webServices(config)
    .flatMap((service) => tablesIn(service.ports))
    .filter(({ handlers }) => {
      const names = stringsIn(handlers)
      return names.includes('http') && !names.includes('tls')
    })
}

/** The names in `[processes]`; old files hold an array of tables with `name`. */
export function processGroups({ processes }: TomlTable): string[] {
  if (isTable(processes)) return Object.keys(processes)
  return tablesIn(processes).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
}

/** What is started in place of the image's CMD, by process group. */
export function processCommands({ processes }: TomlTable): Record<string, string> {
  const entries = isTable(processes)
    ? Object.entries(processes)
    : tablesIn(processes).map(({ name, command }) => [String(name), command] as const)
  return Object.fromEntries(
    entries.flatMap(([group, command]) => (typeof command === 'string' ? [[group, command]] : [])),
  )
}

/** The groups that any service sends requests to; a service without `processes` serves them all. */
export function serviceGroups(config: TomlTable): string[] {
  const groups = processGroups(config)
  const all = groups.length === 0 ? ['app'] : groups
  const served = allServices(config).flatMap(({ processes }) => {
    const named = stringsIn(processes)
    return named.length === 0 ? all : named
  })
  return [...new Set(served)]
}

function httpService(config: TomlTable): TomlTable[] {
  return isTable(config.http_service) ? [config.http_service] : []
}
