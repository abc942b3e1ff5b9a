import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Snapshot, Volume } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewVolume {
  readonly app: string
  readonly name: string
  readonly region: string
  readonly sizeGb: number
  readonly snapshotRetention: number
  readonly isAutoBackup: boolean
}

export type VolumeChange = Partial<Pick<Volume, 'snapshotRetention' | 'isAutoBackup'>>

export function createVolumes({ tables, clock }: PlatformContext) {
  /** One that was destroyed has nothing left but its snapshots. */
  function known(app: string, id: string): Volume {
    const volume = tables.volumes.get(id)
    if (volume === undefined || volume.app !== app) throw notFound(id)
    return volume
  }
  function get(app: string, id: string): Volume {
    const volume = known(app, id)
    if (volume.isDestroyed) throw notFound(id)
    return volume
  }
  function change(app: string, id: string, changes: Partial<Volume>): Volume {
    return tables.volumes.put({ ...get(app, id), ...changes })
  }
  /** A volume belongs to one machine: raises where it is another's. A new machine has no id yet. */
  function check(app: string, id: string, machine: string | undefined): void {
    const { machine: holder } = get(app, id)
    if (holder === null || holder === machine) return
    throw new Refusal(412, `volume ${id} is attached to machine ${holder}`)
  }
  return {
    get,
    find: (id: string) => tables.volumes.get(id),
    list: (app: string) => tables.volumes.list((row) => row.app === app),
    create: (wanted: NewVolume): Volume =>
      tables.volumes.put({
        ...wanted,
        id: `vol_${clock.randomHex(9)}`,
        machine: null,
        createdAt: iso(clock),
        zone: clock.randomHex(2),
        isDestroyed: false,
      }),
    update: (app: string, id: string, changes: VolumeChange) => change(app, id, changes),
    /** Raises where it is to be smaller. */
    extend(app: string, id: string, sizeGb: number): Volume {
      if (sizeGb < get(app, id).sizeGb) throw new Refusal(422, 'a volume cannot be made smaller')
      return change(app, id, { sizeGb })
    },
    check,
    attach(app: string, id: string, machine: string): void {
      check(app, id, machine)
      tables.volumes.patch(id, { machine })
    },
    remove(app: string, id: string): Volume {
      if (get(app, id).machine !== null) {
        throw new Refusal(412, `volume ${id} is attached to a machine`)
      }
      return change(app, id, { isDestroyed: true })
    },
    /** Newest first, also of a volume that was destroyed. */
    snapshots(app: string, id: string): readonly Snapshot[] {
      known(app, id)
      return tables.snapshots.list(({ volume }) => volume === id).toReversed()
    },
    takeSnapshot(app: string, id: string): Snapshot {
      const { sizeGb, snapshotRetention } = get(app, id)
      return tables.snapshots.put({
        id: `vs_${clock.randomHex(9)}`,
        volume: id,
        app,
        sizeGb,
        digest: clock.randomHex(32),
        retentionDays: snapshotRetention,
        createdAt: iso(clock),
      })
    },
  }
}

function notFound(id: string): Refusal {
  return new Refusal(404, `volume ${id} not found`)
}
