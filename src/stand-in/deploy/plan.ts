import { groupOf, type LaunchInput, type Machine, type MachineConfig } from '../api/machines.js'
import { flatten, groupNames } from '../config/groups.js'
import { defaultGuest } from '../config/guest.js'
import { toMachineConfig } from '../config/machine-config.js'
import { allServices } from '../config/services.js'
import { FlyctlError } from '../failure.js'
import { standInVersion } from '../version.js'
import type { Deployment } from './deployment.js'

/** What a deploy does to the machines of an app. */
export interface Plan {
  /** Groups without a machine. */
  readonly added: readonly string[]
  /** Machines of groups that the configuration has no more. */
  readonly removed: readonly Machine[]
  readonly kept: readonly Machine[]
}

/** How a machine is to be changed. */
export interface Update {
  readonly machine: Machine
  readonly input: LaunchInput
}

export function planMachines({ config, machines }: Deployment): Plan {
  const groups = groupNames(config)
  const present = machines.map(groupOf)
  return {
    added: groups.filter((group) => !present.includes(group)),
    removed: machines.filter((machine) => !groups.includes(groupOf(machine))),
    kept: machines.filter((machine) => groups.includes(groupOf(machine))),
  }
}

/** What flyctl says of a plan before it begins: whoever follows counts the machines. */
export function announce(deployment: Deployment, { added, removed }: Plan): void {
  const { host, machines } = deployment
  if (added.length === 0 && removed.length === 0) return
  const isFirst = machines.length === 0
  host.out(isFirst ? 'This deployment will:\n' : 'Process groups have changed. This will:\n')
  for (const machine of removed) host.out(` * destroy 1 "${groupOf(machine)}" machine\n`)
  for (const group of added) host.out(` * create ${describe(group, spareOf(deployment, group))}\n`)
  host.out('\n')
}

function describe(group: string, spare: Spare): string {
  if (spare === 'machine') return `2 "${group}" machines`
  return `1 "${group}" machine${spare === 'standby' ? ' and 1 standby machine for it' : ''}`
}

type Spare = 'machine' | 'standby' | 'none'

/** What a new group gets beside its first machine: one like it, or for a worker one that waits for its failure. */
export function spareOf({ config, ha }: Deployment, group: string): Spare {
  const flat = flatten(config, group)
  if (!ha || (flat.mounts ?? []).length > 0) return 'none'
  return allServices(flat).length > 0 ? 'machine' : 'standby'
}

/** A new machine of the group, or one that stands by for another. */
export function newMachine(
  deployment: Deployment,
  group: string,
  standbyFor?: string,
): LaunchInput {
  const { config, waitTimeoutMs } = deployment
  const region = config.primary_region ?? ''
  const base = withVolume(deployment, toMachineConfig(config, group), region)
  const own = { ...asReleased(deployment, base), guest: base.guest ?? defaultGuest }
  const launch = { region, lease_ttl: Math.floor(waitTimeoutMs / 1000) }
  if (standbyFor === undefined) return { ...launch, config: own }
  const env = { ...own.env, FLY_STANDBY_FOR: standbyFor }
  return { ...launch, config: { ...own, env, standbys: [standbyFor] }, skip_launch: true }
}

/** The release's configuration for a machine that is there (flyctl 2026.8, machines_launchinput.go). */
export function updateOf(deployment: Deployment, machine: Machine): Update {
  const { config } = machine
  const base = toMachineConfig(deployment.config, groupOf(machine), config)
  const [wanted] = base.mounts ?? []
  const [mounted] = config.mounts ?? []
  if (wanted?.name !== mounted?.name)
    throw new FlyctlError('the stand-in for flyctl does not change the volumes of a machine')
  const mounts = wanted === undefined ? [] : [{ ...mounted, ...wanted }]
  return inPlace(machine, asReleased(deployment, { ...base, mounts }))
}

/** The same configuration under a new release: for secrets. */
export function restartOf(deployment: Deployment, machine: Machine): Update {
  const { config } = machine
  return inPlace(machine, { ...asReleased(deployment, config), image: config.image })
}

/** Stopped machines get the new version and stay stopped. */
function inPlace(machine: Machine, config: MachineConfig): Update {
  const { region, state } = machine
  const staysDown = !['started', 'starting', 'failed'].includes(state)
  return { machine, input: { region, config, ...(staysDown ? { skip_launch: true } : {}) } }
}

function asReleased({ release, image }: Deployment, config: MachineConfig): MachineConfig {
  const metadata = {
    ...config.metadata,
    fly_release_id: release.id,
    fly_release_version: String(release.version),
    fly_flyctl_version: standInVersion,
  }
  return { ...config, image, metadata }
}

/** Takes a free volume for what the configuration mounts. Raises FlyctlError where there is none. */
function withVolume({ volumes }: Deployment, config: MachineConfig, region: string): MachineConfig {
  const [mount] = config.mounts ?? []
  if (mount === undefined) return config
  const index = volumes.findIndex(
    (volume) => volume.name === mount.name && (region === '' || volume.region === region),
  )
  const [volume] = index === -1 ? [] : volumes.splice(index, 1)
  if (volume === undefined)
    throw new FlyctlError(
      `New machine in group '${config.metadata?.fly_process_group}' needs an unattached volume named '${mount.name}' in region '${region}'`,
    )
  return { ...config, mounts: [{ ...mount, volume: volume.id }] }
}
