import { releaseLease } from '../api/leases.js'
import { ignored } from '../api/machines-api.js'
import { CancelledError, FlyctlError, messageOf, wrapping } from '../program/failure.js'
import type { StatusLine } from '../program/status-lines.js'
import { launchInput, type Machine, machine as machineType } from '../shapes/machine.js'
import { type Deployment, machineName } from './deployment.js'
import type { HeldLeases } from './held-leases.js'
import type { Update } from './launch-input.js'

const fullHost = ['could not reserve resource for machine', 'deploys to this host are temporarily']

/** Gives a machine its new configuration; the result is the machine as it then is. */
export async function updateMachine(
  deployment: Deployment,
  leases: HeldLeases,
  update: Update,
  line: StatusLine,
): Promise<Machine> {
  if (update.isReplacement) return replace(deployment, leases, update, line)
  line.log(`Updating ${machineName(update.machine)}`)
  try {
    return await updateInPlace(deployment, leases, update)
  } catch (error) {
    const mayMove = (update.machine.config?.mounts ?? []).length === 0
    const isFull = fullHost.some((words) => messageOf(error).includes(words))
    if (mayMove && isFull) return replace(deployment, leases, update, line)
    throw error
  }
}

async function updateInPlace(
  { api, appName }: Deployment,
  leases: HeldLeases,
  { machine: { id = '' }, input: value }: Update,
): Promise<Machine> {
  const nonce = leases.nonceOf(id)
  if (nonce === undefined) throw new FlyctlError(`no current lease for machine ${id}`)
  const input = { type: launchInput, value }
  const path = `/${appName}/machines/${id}`
  const posting = api.machines({ method: 'POST', path, input, answer: machineType, nonce })
  return wrapping(`failed to update VM ${id}`, posting)
}

/** A new machine in the place of the old one, where that cannot stay. */
async function replace(
  { api, appName, waitTimeoutMs }: Deployment,
  leases: HeldLeases,
  { machine, input }: Update,
  line: StatusLine,
): Promise<Machine> {
  const { id = '' } = machine
  line.log(`Replacing ${machineName(machine)} by new machine`)
  const path = `/${appName}/machines/${id}?kill=true`
  const nonce = leases.nonceOf(id)
  const destroying = api.machines({ method: 'DELETE', path, answer: ignored, nonce })
  await wrapping(`failed to destroy VM ${id}`, destroying)
  leases.forget(id)
  const value = { ...input, lease_ttl: Math.floor(waitTimeoutMs / 1000) }
  const launching = api.machines({
    method: 'POST',
    path: `/${appName}/machines`,
    input: { type: launchInput, value },
    answer: machineType,
  })
  const created = await wrapping('failed to launch VM', launching)
  if (created.nonce !== undefined)
    await releaseLease(api, { app: appName, id: created.id ?? '' }, created.nonce)
  line.log(`Created machine ${machineName(machine)}`)
  return created
}

/** Runs one update under its status line, which ends with how it went. */
export async function tellingOutcome(
  machine: Machine,
  line: StatusLine,
  work: () => Promise<void>,
): Promise<void> {
  const name = machineName(machine)
  line.status('>', `Updating ${name}`)
  try {
    await work()
  } catch (error) {
    const how =
      error instanceof CancelledError
        ? 'canceled while it was in progress'
        : `failed: ${messageOf(error)}`
    line.status('✖', `Machine ${name} update ${how}`)
    throw error
  }
  line.status('✔', `Machine ${name} update succeeded`)
}
