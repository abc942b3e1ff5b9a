import { groupOf } from '../api/machines.js'
import { flatten } from '../config/groups.js'
import { allServices } from '../config/services.js'
import { list, string, struct, type ValueOf } from '../go/types.js'
import { createBackoff, sleep, toMs } from '../program/clock.js'
import { table } from '../program/table.js'
import type { AppConfig } from '../shapes/app-config.js'
import type { Machine } from '../shapes/machine.js'
import type { Deployment } from './deployment.js'

const socket = struct('fly.ListenSocket', { proto: string, address: string })
const processes = list(struct('fly.ProcessStat', { command: string, listen_sockets: list(socket) }))

type Processes = ValueOf<typeof processes>

const shortestPatienceMs = 15_000

/**
 * Warns where nothing in a machine listens on its services' ports, other than on loopback. Looks for as
 * long as the longest grace period, once a process group; says nothing where it cannot tell (flyctl
 * 2026.8, machines_deploymachinesapp.go).
 */
export async function warnAboutListenAddress(
  deployment: Deployment,
  machine: Machine,
): Promise<void> {
  const { config, seenGroups, host } = deployment
  const group = groupOf(machine)
  if (seenGroups.has(group)) return
  seenGroups.add(group)
  const flat = flatten(config, group)
  const ports = expectedPorts(flat)
  if (ports.length === 0) return
  const found = await lookForListeners(deployment, { id: machine.id ?? '', ports, flat })
  const isSilent = found?.every(({ listen_sockets = [] }) => listen_sockets.length === 0) ?? true
  const missing = uncovered(ports, found ?? [])
  if (isSilent || missing.length === 0) return
  host.err(warning(missing, found ?? []))
}

function expectedPorts(config: AppConfig): readonly number[] {
  const tcp = allServices(config).filter(({ protocol }) => protocol === 'tcp')
  return [...new Set(tcp.map(({ internal_port = 0 }) => internal_port))]
}

interface Search {
  readonly id: string
  readonly ports: readonly number[]
  readonly flat: AppConfig
}

/** The processes as last seen; undefined where the machine does not tell, or the caller ends it. */
async function lookForListeners(
  { api, appName, host }: Deployment,
  { id, ports, flat }: Search,
): Promise<Processes | undefined> {
  const deadlineMs = Date.now() + patienceMs(flat)
  const backoff = createBackoff(500, 2_000)
  const path = `/${appName}/machines/${id}/ps`
  while (!host.signal.aborted) {
    const found = await api.machines({ path, answer: processes }).catch(() => undefined)
    if (found === undefined || uncovered(ports, found).length === 0) return found
    if (Date.now() >= deadlineMs) return found
    await sleep(Math.min(backoff(), deadlineMs - Date.now()), host.signal)
  }
  return undefined
}

/** The longest grace period of any check, at least 15 s. */
export function patienceMs(config: AppConfig): number {
  const ofServices = allServices(config).flatMap(({ tcp_checks = [], http_checks = [] }) => [
    ...tcp_checks,
    ...http_checks,
  ])
  const checks = [...Object.values(config.checks ?? {}), ...ofServices]
  const graceMs = checks.map(({ grace_period = 0 }) => toMs(grace_period))
  return Math.max(shortestPatienceMs, ...graceMs)
}

function uncovered(ports: readonly number[], found: Processes): readonly number[] {
  const sockets = found.flatMap(({ listen_sockets = [] }) => listen_sockets)
  return ports.filter((port) => !sockets.some(({ address = '' }) => isOpen(address, port)))
}

/** Whether it is that port, on any address but loopback: "[::]:8080". */
function isOpen(address: string, port: number): boolean {
  const [, host = '', number] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? []
  return Number(number) === port && !isLoopback(host)
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

function warning(missing: readonly number[], found: Processes): string {
  const rows = found.flatMap(({ command = '', listen_sockets = [] }) => {
    const tcp = listen_sockets.filter(({ proto }) => proto === 'tcp')
    const addresses = tcp.map(({ address }) => address).join(', ')
    return tcp.length === 0 ? [] : [[command, addresses]]
  })
  const wanted = missing.map((port) => `  - 0.0.0.0:${port}\n`).join('')
  return `
WARNING The app is not listening on the expected address and will not be reachable by fly-proxy.
You can fix this by configuring your app to listen on the following addresses:
${wanted}Found these processes inside the machine with open listening sockets:
${table(['Process', 'Addresses'], rows, { rule: true })}
`
}
