import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Release } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewRelease {
  readonly app: string
  readonly imageRef: string
  readonly strategy: string
  readonly definition: unknown
}

export function createReleases({ tables, clock }: PlatformContext) {
  /** Newest first. */
  function list(app: string): readonly Release[] {
    return tables.releases.list((row) => row.app === app).toReversed()
  }
  return {
    list,
    current: (app: string): Release | undefined => list(app)[0],
    create(wanted: NewRelease): Release {
      const at = iso(clock)
      return tables.releases.put({
        ...wanted,
        id: `rel_${clock.randomHex(8)}`,
        version: (list(wanted.app)[0]?.version ?? 0) + 1,
        status: 'pending',
        metadata: null,
        createdAt: at,
        updatedAt: at,
      })
    },
    update(id: string, change: { status: string; metadata: unknown }): Release {
      const updated = tables.releases.patch(id, { ...change, updatedAt: iso(clock) })
      if (updated === undefined) throw new Refusal(404, `release ${id} not found`)
      return updated
    },
  }
}
