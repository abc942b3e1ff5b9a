import type { Api } from '../api/api.js'
import { allServices } from '../config/services.js'
import { list, string, struct } from '../go/types.js'
import { messageOf, wrapping } from '../program/failure.js'
import type { Host } from '../program/host.js'
import type { AppConfig, Service } from '../shapes/app-config.js'
import type { Port } from '../shapes/machine-parts.js'

const address = struct('flaps.IPAssignment', { ip: string })
const assigned = struct('flaps.ListIPAssignmentsResponse', { ips: list(address) })
const request = struct('flaps.AssignIPRequest', {
  type: string,
  region: string,
  org_slug: string,
  network: string,
  service_name: string,
})

export interface AddressRequest {
  readonly host: Host
  readonly api: Api
  readonly appName: string
  readonly organization: string
  readonly config: AppConfig
}

/** Gives an app with services its addresses, before its first deploy. A failure is only told. */
export async function provideAddresses(wanted: AddressRequest): Promise<void> {
  const { host, config } = wanted
  if (allServices(config).length === 0) return
  try {
    if ((await listAddresses(wanted)) > 0 || needsDedicated(config)) return
    await assignShared(wanted)
  } catch (error) {
    if (host.signal.aborted) throw error
    host.err(
      `Failed to provision IP addresses. Use \`fly ips\` commands to remediate it. ERROR: ${messageOf(error)}`,
    )
  }
}

/** How many the app has. */
export async function listAddresses({
  api,
  appName,
}: Pick<AddressRequest, 'api' | 'appName'>): Promise<number> {
  const asking = api.machines({ path: `/${appName}/ip_assignments`, answer: assigned })
  const doing = `error detecting ip addresses allocated to ${appName} app`
  return ((await wrapping(doing, asking)).ips ?? []).length
}

async function assignShared(wanted: AddressRequest): Promise<void> {
  const { host, appName } = wanted
  const after = 'after detecting first deploy and presence of services'
  host.out(`Provisioning ips for ${appName}\n`)
  const v6 = await wrapping(`error allocating ipv6 ${after}`, assign(wanted, 'v6'))
  host.out(`  Dedicated ipv6: ${v6}\n`)
  const v4 = await wrapping(`error allocating shared ipv4 ${after}`, assign(wanted, 'shared_v4'))
  host.out(`  Shared ipv4: ${v4}\n  Add a dedicated ipv4 with: fly ips allocate-v4\n\n`)
}

async function assign(
  { api, appName, organization }: AddressRequest,
  type: string,
): Promise<string> {
  const value = { type, region: '', org_slug: organization, network: '', service_name: '' }
  const path = `/${appName}/ip_assignments`
  const input = { type: request, value }
  return (await api.machines({ method: 'POST', path, input, answer: address })).ip ?? ''
}

/** For those flyctl asks, and without a terminal gives none (flyctl 2026.8, deploy_first.go). */
function needsDedicated({ services = [] }: AppConfig): boolean {
  return services.some(
    ({ protocol, ports = [] }: Service) =>
      protocol === 'udp' || (protocol === 'tcp' && ports.some((port) => !isWeb(port))),
  )
}

function isWeb({ port, start_port, end_port, handlers = [] }: Port): boolean {
  const spoken = [...handlers].sort().join()
  if (start_port !== undefined || end_port !== undefined) return false
  return (port === 80 && spoken === 'http') || (port === 443 && spoken === 'http,tls')
}
