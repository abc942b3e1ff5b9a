import { releaseLease } from '../api/leases.js'
import { flatten } from '../config/groups.js'
import { allServices } from '../config/services.js'
import { messageOf, wrap } from '../program/failure.js'
import { inform, warnTightly } from '../program/notices.js'
import { createStatusLines, logFailure, type StatusLine } from '../program/status-lines.js'
import { launchInput, type Machine, machine as machineType } from '../shapes/machine.js'
import { type Deployment, machineName } from './deployment.js'
import { passHealthChecks } from './health-checks.js'
import { newMachineInput } from './launch-input.js'
import { warnAboutListenAddress } from './listen-address.js'
import { passSmokeChecks } from './smoke-checks.js'
import { waitForStarted } from './wait-state.js'

/** Makes the first machines of groups that have none; with high availability, two each. */
export async function launchGroups(
  deployment: Deployment,
  groups: readonly string[],
): Promise<void> {
  const { host } = deployment
  const lines = createStatusLines(host.out, groups.length)
  for (const [index, group] of groups.entries()) {
    const line = lines[index]
    if (line !== undefined) await launchGroup(deployment, group, line)
  }
  if (groups.length > 0) host.err('Finished launching new machines\n')
  noteAutostop(deployment, groups)
}

async function launchGroup(deployment: Deployment, group: string, line: StatusLine) {
  const { host, config, highAvailability } = deployment
  line.status('>', 'Launching new machine')
  host.out(`No machines in group ${group}, launching a new machine\n`)
  try {
    const first = await launch(deployment, { group, line })
    const flat = flatten(config, group)
    if (!highAvailability || (flat.mounts ?? []).length > 0) return
    if (allServices(flat).length > 0) {
      host.out(
        'Creating a second machine for high availability and zero downtime deployments.\nTo disable this, set "min_machines_running = 0" in your fly.toml.\n',
      )
      await launch(deployment, { group, line })
    } else {
      host.out(`Creating a standby machine for ${first.id}\n`)
      await launch(deployment, { group, line, standbyFor: [first.id ?? ''] })
    }
  } catch (error) {
    logFailure(line, messageOf(error))
    throw error
  }
}

interface Launch {
  readonly group: string
  readonly line: StatusLine
  readonly standbyFor?: readonly string[]
}

async function launch(
  deployment: Deployment,
  { group, line, standbyFor = [] }: Launch,
): Promise<Machine> {
  const input = newMachineInput(deployment, group, standbyFor)
  const machine = await createMachine(deployment, input)
  line.log(`Machine ${machineName(machine)} was created`)
  try {
    if (!input.skip_launch && deployment.strategy !== 'immediate')
      await settle(deployment, machine, line)
  } finally {
    await giveLeaseBack(deployment, machine)
  }
  return machine
}

/** Raises FlyctlError: "error creating a new machine: …". */
async function createMachine(
  { api, appName }: Deployment,
  value: ReturnType<typeof newMachineInput>,
): Promise<Machine> {
  try {
    const input = { type: launchInput, value }
    const path = `/${appName}/machines`
    return await api.machines({ method: 'POST', path, input, answer: machineType })
  } catch (error) {
    throw wrap('error creating a new machine: failed to launch VM', error)
  }
}

async function settle(deployment: Deployment, machine: Machine, line: StatusLine): Promise<void> {
  await passSmokeChecks(deployment, machine)
  await waitForStarted(deployment, machine.id ?? '')
  try {
    await passHealthChecks(deployment, machine)
  } catch (error) {
    await warnAboutListenAddress(deployment, machine)
    throw error
  }
  line.status('✔', `Machine ${machineName(machine)} update finished: success`)
  await warnAboutListenAddress(deployment, machine)
}

/** Interrupted, flyctl does not get to it: the lease stays until it expires (flyctl 2026.8). */
async function giveLeaseBack(deployment: Deployment, machine: Machine): Promise<void> {
  const { api, appName, host } = deployment
  const { id = '', nonce } = machine
  if (nonce === undefined) return
  if (host.signal.aborted)
    inform(
      host,
      `detected canceled context and allowing 500ms to release machine ${machineName(machine)} lease`,
    )
  try {
    await releaseLease(api, { app: appName, id }, nonce)
  } catch (error) {
    const name = machineName(machine)
    warnTightly(host, `failed to release lease for machine ${name}: ${messageOf(error)}`)
  }
}

const endings = { stop: 'stopped', suspend: 'suspended' } as const

/** The least of a group's settings counts: off, then stop, then suspend. */
function noteAutostop({ host, config }: Deployment, groups: readonly string[]): void {
  for (const setting of ['stop', 'suspend'] as const) {
    const idling = groups.filter((group) => autostopOf(flatten(config, group)) === setting)
    if (idling.length > 0)
      host.out(
        `\n\nNOTE: The machines for [${idling.join(',')}] have services with 'auto_stop_machines = "${setting}"' that will be ${endings[setting]} when idling\n\n`,
      )
  }
}

function autostopOf(flat: Deployment['config']): string {
  const settings = allServices(flat).map(({ auto_stop_machines = 'off' }) => auto_stop_machines)
  const order = ['off', 'stop', 'suspend'] as const
  return order.find((setting) => settings.some((each) => each === setting)) ?? 'off'
}
