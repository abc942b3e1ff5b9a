import { groupOf } from '../api/machines.js'
import { defaultGuest } from '../config/guest.js'
import { toMachineConfig } from '../config/machine-config.js'
import { FlyctlError } from '../program/failure.js'
import { standInVersion } from '../program/identity.js'
import type { LaunchInput, Machine, MachineConfig, MachineMount } from '../shapes/machine.js'
import type { Deployment } from './deployment.js'

/** How a machine is to be changed. */
export interface Update {
  readonly machine: Machine
  readonly input: LaunchInput
  /** A new machine takes its place. */
  readonly isReplacement: boolean
}

/** A new machine of the group; `standbyFor` are ids of machines whose failure it waits for. */
export function newMachineInput(
  deployment: Deployment,
  group: string,
  standbyFor: readonly string[],
): LaunchInput {
  const { config, files, volumes, waitTimeoutMs } = deployment
  const region = config.primary_region ?? ''
  const base = toMachineConfig({ config, group, files })
  const [mount, ...mounts] = base.mounts ?? []
  const attached =
    mount === undefined ? [] : [attach(volumes.take(mount.name ?? '', region), mount)]
  if (mount !== undefined && attached[0]?.volume === undefined)
    throw new FlyctlError(
      `error creating machine configuration: New machine in group '${group}' needs an unattached volume named '${mount.name}' in region '${region}'`,
    )
  const isStandby = standbyFor.length > 0
  return {
    region,
    config: released(deployment, {
      ...base,
      guest: base.guest ?? defaultGuest,
      mounts: [...attached, ...mounts],
      ...(isStandby
        ? { standbys: standbyFor, env: { ...base.env, FLY_STANDBY_FOR: standbyFor.join(',') } }
        : {}),
    }),
    skip_launch: isStandby,
    lease_ttl: Math.floor(waitTimeoutMs / 1000),
  }
}

/** The release's configuration for a machine that is there (flyctl 2026.8, machines_launchinput.go). */
export function updateOf(deployment: Deployment, machine: Machine): Update {
  const { config, files, volumes } = deployment
  const previous = machine.config ?? machine.incomplete_config
  const group = groupOf(machine)
  const base = toMachineConfig({ config, group, previous, files })
  const [wanted] = base.mounts ?? []
  const [mounted] = previous?.mounts ?? []
  const swapsVolume =
    wanted?.name !== mounted?.name || (wanted === undefined) !== (mounted === undefined)
  const volume = swapsVolume
    ? volumes.take(wanted?.name ?? '', machine.region ?? '')
    : mounted?.volume
  if (wanted !== undefined && volume === undefined)
    throw new FlyctlError(
      `failed to update machine configuration for ${machine.id} [${group}]: machine in group '${group}' needs an unattached volume named '${wanted.name}' in region '${machine.region}'`,
    )
  const mounts = wanted === undefined ? [] : [attach(volume, { ...mounted, ...wanted })]
  const updated = withoutStandby(released(deployment, { ...base, mounts }))
  return {
    machine,
    input: { region: machine.region, config: updated, skip_launch: staysDown(machine) },
    isReplacement: machine.host_status !== 'ok' || swapsVolume,
  }
}

/** The same configuration under a new release: for secrets. */
export function restartOf(deployment: Deployment, machine: Machine): Update {
  const config = released(deployment, machine.config ?? {}, machine.config?.image)
  const input = { region: machine.region, config, skip_launch: staysDown(machine) }
  return { machine, input, isReplacement: false }
}

function attach(volume: string | undefined, mount: MachineMount): MachineMount {
  return { ...mount, volume }
}

function released(
  { release, image }: Deployment,
  config: MachineConfig,
  ownImage = image,
): MachineConfig {
  return {
    ...config,
    image: ownImage,
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: 'app',
      ...config.metadata,
      fly_release_id: release.id,
      fly_release_version: String(release.version),
      fly_flyctl_version: standInVersion,
    },
  }
}

/** A standby that now has services is an ordinary machine. */
function withoutStandby(config: MachineConfig): MachineConfig {
  if ((config.services ?? []).length === 0 || (config.standbys ?? []).length === 0) return config
  const { FLY_STANDBY_FOR: _, ...env } = config.env ?? {}
  return { ...config, standbys: [], env }
}

/** Stopped machines get the new version and stay stopped. */
function staysDown({ state = '' }: Machine): boolean {
  return !['started', 'starting', 'failed'].includes(state)
}
