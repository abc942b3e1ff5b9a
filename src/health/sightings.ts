import type { Machine } from '../fly/flyctl.js'

/** For how long something was seen to last, by our own clock: Fly's may differ. */
export interface Sighting {
  /** Since the machine's last start. */
  readonly upMs: number
  /** With all its checks passing since that start. */
  readonly passingMs: number
}

export interface Sightings {
  /** Takes a look into account. */
  see(machines: readonly Machine[]): void
  of(machine: Machine): Sighting
}

/** What looks one after the other saw without a break, on performance.now()'s clock. */
export function createSightings(): Sightings {
  let firstSeenAt = new Map<string, number>()
  function lastedMs(key: string): number {
    const sinceMs = firstSeenAt.get(key)
    return sinceMs === undefined ? 0 : performance.now() - sinceMs
  }
  return {
    see(machines) {
      const nowMs = performance.now()
      const seen = machines.flatMap(keysOf)
      firstSeenAt = new Map(seen.map((key) => [key, firstSeenAt.get(key) ?? nowMs]))
    },
    of: (machine) => ({ upMs: lastedMs(upKey(machine)), passingMs: lastedMs(passingKey(machine)) }),
  }
}

function keysOf(machine: Machine): readonly string[] {
  if (machine.state !== 'started') return []
  const passes = machine.checks.every(({ status }) => status === 'passing')
  return passes ? [upKey(machine), passingKey(machine)] : [upKey(machine)]
}

const upKey = ({ id, upSinceMs }: Machine) => `${id} up since ${upSinceMs}`
const passingKey = (machine: Machine) => `${upKey(machine)}, passing`
