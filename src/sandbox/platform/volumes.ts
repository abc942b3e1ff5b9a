import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Volume } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewVolume {
  readonly app: string
  readonly name: string
  readonly region: string
  readonly sizeGb: number
}

export function createVolumes({ tables, clock }: PlatformContext) {
  function get(app: string, id: string): Volume {
    const volume = tables.volumes.get(id)
    if (volume === undefined || volume.app !== app) {
      throw new Refusal(404, `volume ${id} not found`)
    }
    return volume
  }
  /** A volume belongs to one machine: raises where it is another's. A new machine has no id yet. */
  function check(app: string, id: string, machine: string | undefined): void {
    const { machine: holder } = get(app, id)
    if (holder === null || holder === machine) return
    throw new Refusal(412, `volume ${id} is attached to machine ${holder}`)
  }
  return {
    get,
    list: (app: string) => tables.volumes.list((row) => row.app === app),
    create: (wanted: NewVolume): Volume =>
      tables.volumes.put({
        ...wanted,
        id: `vol_${clock.randomHex(9)}`,
        machine: null,
        createdAt: iso(clock),
      }),
    check,
    attach(app: string, id: string, machine: string): void {
      check(app, id, machine)
      tables.volumes.patch(id, { machine })
    },
    remove(app: string, id: string): Volume {
      const volume = get(app, id)
      if (volume.machine !== null) throw new Refusal(412, `volume ${id} is attached to a machine`)
      tables.volumes.remove(id)
      return volume
    },
  }
}
