import type { Clock } from '../platform/clock.js'

/** Which machines are in use, and since when they are not. */
export interface Usage {
  /** A request begins; the returned function ends it. */
  begin(machine: string): () => void
  /** How long the machine has had nothing to do, or since `sinceMs` where it never had. */
  idleMs(machine: string, sinceMs: number): number
}

export function createUsage(clock: Clock): Usage {
  const active = new Map<string, number>()
  const lastUsed = new Map<string, number>()
  return {
    begin(machine) {
      active.set(machine, (active.get(machine) ?? 0) + 1)
      return () => {
        active.set(machine, (active.get(machine) ?? 1) - 1)
        lastUsed.set(machine, clock.now())
      }
    },
    idleMs(machine, sinceMs) {
      if ((active.get(machine) ?? 0) > 0) return 0
      return clock.now() - Math.max(sinceMs, lastUsed.get(machine) ?? 0)
    },
  }
}
