import type { Api } from '../api/api.js'
import { flatten, groupNames } from '../config/groups.js'
import { defaultGuest, guestOf } from '../config/guest.js'
import { parseGigabytes } from '../config/sizes.js'
import { bool, int, list, pointer, string, struct, type ValueOf } from '../go/types.js'
import { FlyctlError, wrapping } from '../program/failure.js'
import type { Host } from '../program/host.js'
import type { AppConfig, Mount } from '../shapes/app-config.js'
import { type Guest, guest } from '../shapes/machine.js'

const volume = struct('fly.Volume', {
  id: string,
  name: string,
  region: string,
  attached_machine_id: pointer(string),
  attached_alloc_id: pointer(string),
  host_status: string,
})

type Volume = ValueOf<typeof volume>

const newVolume = struct('fly.CreateVolumeRequest', {
  name: string,
  region: string,
  size_gb: pointer(int),
  encrypted: pointer(bool),
  require_unique_zone: pointer(bool),
  unique_zone_app_wide: pointer(bool),
  snapshot_retention: pointer(int),
  auto_backup_enabled: pointer(bool),
  fstype: pointer(string),
  snapshot_id: pointer(string),
  source_volume_id: pointer(string),
  compute: pointer(guest),
  'compute_image?': string,
})

/** Volumes that no machine has. */
export interface VolumePool {
  count(name: string): number
  add(volume: Volume): void
  /** Takes one out; its id. */
  take(name: string, region: string): string | undefined
}

export async function findVolumes({ machines }: Api, app: string): Promise<VolumePool> {
  const asking = machines({ path: `/${app}/volumes`, answer: list(volume) })
  const all = await wrapping('Error fetching application volumes', asking)
  const free = all.filter(
    ({ attached_machine_id: machine, attached_alloc_id: allocation, host_status }) =>
      machine === undefined && allocation === undefined && host_status === 'ok',
  )
  return createVolumePool(free)
}

export function createVolumePool(free: readonly Volume[]): VolumePool {
  const left = [...free]
  return {
    count: (wanted) => left.filter(({ name }) => name === wanted).length,
    add: (each) => left.push(each),
    take(wanted, region) {
      const index = left.findIndex(
        (each) => each.name === wanted && (region === '' || each.region === region),
      )
      return index === -1 ? undefined : left.splice(index, 1)[0]?.id
    },
  }
}

export interface VolumeRequest {
  readonly host: Host
  readonly api: Api
  readonly appName: string
  readonly config: AppConfig
  readonly image: string
  readonly pool: VolumePool
}

/** One volume for each group that mounts one, unless it is there already: for a first deploy. */
export async function createMissingVolumes(request: VolumeRequest): Promise<void> {
  const { config, pool } = request
  const there = new Map<string, number>()
  for (const group of groupNames(config)) {
    const flat = flatten(config, group)
    for (const mount of flat.mounts ?? []) {
      const { source = '' } = mount
      const left = there.get(source) ?? pool.count(source)
      there.set(source, left - 1)
      if (left > 0) continue
      const wanted = { mount, group, compute: guestOf(flat) ?? defaultGuest }
      pool.add(await createVolume(request, wanted))
    }
  }
}

interface WantedVolume {
  readonly mount: Mount
  readonly group: string
  readonly compute: Guest
}

async function createVolume(
  { host, api, appName, config, image }: VolumeRequest,
  { mount, group, compute }: WantedVolume,
): Promise<Volume> {
  const size_gb = mount.initial_size ? parseGigabytes(mount.initial_size) : 1
  host.out(
    `Creating a ${size_gb} GB volume named '${mount.source}' for process group '${group}'. Use 'fly vol extend' to increase its size\n`,
  )
  const value = {
    name: mount.source,
    region: config.primary_region,
    size_gb,
    encrypted: true,
    snapshot_retention: mount.snapshot_retention,
    auto_backup_enabled: mount.scheduled_snapshots,
    compute,
    compute_image: image,
  }
  const input = { type: newVolume, value }
  return api.machines({ method: 'POST', path: `/${appName}/volumes`, input, answer: volume })
}

/** Raises FlyctlError where a new group would find no volume. */
export function requireVolumes(
  config: AppConfig,
  groupsWithMachines: readonly string[],
  pool: VolumePool,
): void {
  for (const group of groupNames(config)) {
    if (groupsWithMachines.includes(group)) continue
    for (const { source = '' } of flatten(config, group).mounts ?? [])
      if (pool.count(source) === 0)
        throw new FlyctlError(
          `creating a new machine in group '${group}' requires an unattached '${source}' volume. Create it with \`fly volume create ${source}\``,
        )
  }
}
