import { durationMs } from '../../durations.js'
import { groupOf, type Machine } from '../api/machines.js'
import { createBackoff, sleep } from '../clock.js'
import { flatten } from '../config/groups.js'
import { allServices } from '../config/services.js'
import type { AppConfig } from '../config/shape.js'
import { type Deployment, machinePath } from './deployment.js'

type Processes = readonly { readonly listen_sockets: readonly { readonly address: string }[] }[]

/**
 * Warns where nothing in a machine listens on its services' ports, other than on loopback. Looks for as
 * long as the longest grace period, once a process group; says nothing where it cannot tell (flyctl
 * 2026.8, machines_deploymachinesapp.go).
 */
export async function warnAboutListenAddress(
  deployment: Deployment,
  machine: Machine,
): Promise<void> {
  const { config, host, seenGroups } = deployment
  const group = groupOf(machine)
  if (seenGroups.has(group)) return
  seenGroups.add(group)
  const flat = flatten(config, group)
  const ports = [...new Set(allServices(flat).map(({ internal_port = 0 }) => internal_port))]
  const found = await lookForListeners(deployment, machine.id, ports, patienceMs(flat))
  const missing = ports.filter((port) => !isOpen(found, port))
  const sockets = socketsOf(found)
  if (missing.length > 0 && sockets.length > 0) host.err(warning(missing, sockets))
}

/** The processes as last seen; none where the machine does not tell, or the caller ends it. */
async function lookForListeners(
  deployment: Deployment,
  id: string,
  ports: readonly number[],
  forMs: number,
): Promise<Processes> {
  const { api, host } = deployment
  const deadlineMs = Date.now() + forMs
  const path = `${machinePath(deployment, id)}/ps`
  const backoff = createBackoff(500, 2_000)
  while (ports.length > 0 && !host.signal.aborted) {
    const found = await api.machines<Processes>({ path }).catch((): Processes => [])
    const isDone = found.length === 0 || ports.every((port) => isOpen(found, port))
    if (isDone || Date.now() >= deadlineMs) return found
    await sleep(Math.min(backoff(), deadlineMs - Date.now()), host.signal)
  }
  return []
}

const shortestPatienceMs = 15_000

/** The longest grace period of any check, at least 15 s. */
function patienceMs(flat: AppConfig): number {
  const ofServices = allServices(flat).flatMap(({ tcp_checks = [], http_checks = [] }) => [
    ...tcp_checks,
    ...http_checks,
  ])
  const checks = [...Object.values(flat.checks ?? {}), ...ofServices]
  const graceMs = checks.map(({ grace_period }) => durationMs(grace_period ?? '') ?? 0)
  return Math.max(shortestPatienceMs, ...graceMs)
}

/** Their addresses: "[::]:8080". */
function socketsOf(found: Processes): readonly string[] {
  return found.flatMap(({ listen_sockets }) => listen_sockets.map(({ address }) => address))
}

/** For anybody outside, and so not on loopback. */
function isOpen(found: Processes, port: number): boolean {
  const open = socketsOf(found).filter((address) => !/^(127\.|\[?::1\]?:)/.test(address))
  return open.some((address) => address.endsWith(`:${port}`))
}

function warning(missing: readonly number[], sockets: readonly string[]): string {
  const wanted = missing.map((port) => `  - 0.0.0.0:${port}\n`)
  return `
WARNING The app is not listening on the expected address and will not be reachable by fly-proxy.
You can fix this by configuring your app to listen on the following addresses:
${wanted.join('')}Found these open listening sockets inside the machine: ${sockets.join(', ')}

`
}
