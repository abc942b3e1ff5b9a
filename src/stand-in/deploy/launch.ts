import { type LaunchInput, type Machine, machineName } from '../api/machines.js'
import { messageOf, wrapping } from '../failure.js'
import type { Deployment } from './deployment.js'
import { giveLeaseBack } from './held-leases.js'
import { warnAboutListenAddress } from './listen-address.js'
import { newMachine, spareOf } from './plan.js'
import { createStatusLine, type StatusLine } from './status-line.js'
import { passHealthChecks, passSmokeChecks, waitUntilStarted } from './waits.js'

/** Makes the first machines of groups that have none; with high availability, two each. */
export async function launchGroups(deployment: Deployment, groups: readonly string[]) {
  const { out } = deployment.host
  for (const [index, group] of groups.entries())
    await launchGroup(deployment, group, createStatusLine(out, index, groups.length))
}

async function launchGroup(deployment: Deployment, group: string, line: StatusLine) {
  const { host } = deployment
  line('Launching new machine')
  host.out(`No machines in group ${group}, launching a new machine\n`)
  try {
    const { id } = await launch(deployment, newMachine(deployment, group), line)
    const spare = spareOf(deployment, group)
    if (spare === 'none') return
    const isStandby = spare === 'standby'
    const purpose = isStandby ? `standby machine for ${id}` : 'second machine for high availability'
    host.out(`Creating a ${purpose}\n`)
    await launch(deployment, newMachine(deployment, group, isStandby ? id : undefined), line)
  } catch (error) {
    line(`Failed: ${messageOf(error).split('\n')[0]}`, '✖')
    throw error
  }
}

async function launch(
  deployment: Deployment,
  body: LaunchInput,
  line: StatusLine,
): Promise<Machine> {
  const { api, app, strategy } = deployment
  const launching = api.machines<Machine>({ method: 'POST', path: `/${app}/machines`, body })
  const doing = 'error creating a new machine: failed to launch VM'
  const machine = await wrapping(doing, launching)
  line(`Machine ${machineName(machine)} was created`)
  try {
    if (!body.skip_launch && strategy !== 'immediate') await settle(deployment, machine, line)
  } finally {
    if (machine.nonce !== undefined) await giveLeaseBack(deployment, machine.id, machine.nonce)
  }
  return machine
}

async function settle(deployment: Deployment, machine: Machine, line: StatusLine): Promise<void> {
  await passSmokeChecks(deployment, machine)
  await waitUntilStarted(deployment, machine)
  try {
    await passHealthChecks(deployment, machine)
    line(`Machine ${machineName(machine)} update finished: success`, '✔')
  } finally {
    await warnAboutListenAddress(deployment, machine)
  }
}
