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
    /** A volume belongs to one machine at a time, or to none (null). */
    attach(app: string, id: string, machine: string | null): void {
      const { machine: holder } = get(app, id)
      if (machine !== null && holder !== null && holder !== machine) {
        throw new Refusal(412, `volume ${id} is attached to machine ${holder}`)
      }
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
