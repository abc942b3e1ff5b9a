import { FlyopsError } from '../../errors.js'
import type { Machine } from '../../fly/flyctl.js'
import type { ComposedConfig } from '../../fly-toml/fly-toml.js'

/** Another number of machines of one process group. */
export interface Scaling {
  readonly group: string
  readonly to: number
}

interface Scaled {
  readonly composed: Pick<ComposedConfig, 'machines'>
  /** Those that are there, or will be after the deploy. */
  readonly machines: readonly Pick<Machine, 'processGroup'>[]
}

/** Undefined where nobody asks for a number, or there are as many. Raises `invalid_input`. */
export function findScaling(
  count: number | undefined,
  { composed, machines }: Scaled,
): Scaling | undefined {
  if (count === undefined) return undefined
  const group = scaledGroup(composed)
  const there = machines.filter(({ processGroup }) => processGroup === group)
  return there.length === count ? undefined : { group, to: count }
}

/** The group that a number of machines is about: the only one, else the only one that takes requests. Raises `invalid_input`. */
export function scaledGroup({ machines: groups }: Pick<ComposedConfig, 'machines'>): string {
  const served = groups.filter(({ hasService }) => hasService)
  const [only, other] = groups.length === 1 ? groups : served
  if (only === undefined || other !== undefined)
    throw refused(
      `the app has several process groups: ${groups.map(({ group }) => group).join(', ')}`,
    )
  if (only.hasVolume) throw refused('each machine has a volume of its own, with data on it')
  // It becomes an argument of flyctl.
  if (!/^[A-Za-z0-9_][\w-]*$/.test(only.group))
    throw refused(`flyctl cannot be told of ${only.group}`)
  return only.group
}

function refused(reason: string): FlyopsError {
  return new FlyopsError('invalid_input', 'config', `machines: it cannot be set, for ${reason}.`, {
    remedy: 'Leave `machines` out; a person can run `fly scale count`.',
  })
}
