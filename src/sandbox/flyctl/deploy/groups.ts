import { groupOf } from '../api/machines.js'
import { ignored } from '../api/machines-api.js'
import { flatten, groupNames } from '../config/groups.js'
import { allServices } from '../config/services.js'
import { wrapping } from '../program/failure.js'
import type { Machine } from '../shapes/machine.js'
import type { Deployment } from './deployment.js'

/** What a deploy does beside updating machines. */
export interface GroupChanges {
  /** Groups without a machine. */
  readonly added: readonly string[]
  /** Machines of groups that the configuration has no more. */
  readonly removed: readonly Machine[]
  readonly kept: readonly Machine[]
}

export function compareGroups({ config, machines }: Deployment): GroupChanges {
  const groups = groupNames(config)
  const present = machines.map(groupOf)
  return {
    added: groups.filter((group) => !present.includes(group)),
    removed: machines.filter((machine) => !groups.includes(groupOf(machine))),
    kept: machines.filter((machine) => groups.includes(groupOf(machine))),
  }
}

export function announce(deployment: Deployment, { added, removed }: GroupChanges): void {
  const { host, isFirst } = deployment
  if (added.length === 0 && removed.length === 0) return
  host.out(isFirst ? 'This deployment will:\n' : 'Process groups have changed. This will:\n')
  for (const [group, count] of countGroups(removed))
    host.out(` * destroy ${count} "${group}" machine${count === 1 ? '' : 's'}\n`)
  for (const group of added) host.out(` * create ${describe(deployment, group)}\n`)
  host.out('\n')
}

function countGroups(machines: readonly Machine[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const machine of machines)
    counts.set(groupOf(machine), (counts.get(groupOf(machine)) ?? 0) + 1)
  return counts
}

function describe({ config, highAvailability }: Deployment, group: string): string {
  const flat = flatten(config, group)
  if (!highAvailability || (flat.mounts ?? []).length > 0) return `1 "${group}" machine`
  if (allServices(flat).length > 0) return `2 "${group}" machines`
  return `1 "${group}" machine and 1 standby machine for it`
}

export async function destroyMachines(
  { host, api, appName }: Deployment,
  machines: readonly Machine[],
): Promise<void> {
  for (const { id, state } of machines) {
    host.out(
      `machine ${id} was found and is currently in ${state} state, attempting to destroy...\n`,
    )
    const path = `/${appName}/machines/${id}?kill=true`
    const destroying = api.machines({ method: 'DELETE', path, answer: ignored })
    const failing = wrapping(`failed to destroy VM ${id}`, destroying)
    await wrapping(`could not destroy machine ${id}`, failing)
  }
}
