import type { Clock } from '../platform/clock.js'
import { iso } from '../platform/clock.js'
import type { Machine } from '../platform/rows.js'

export interface LogLine {
  /** ISO 8601 with nanoseconds, so that lines sort as text. */
  readonly timestamp: string
  readonly message: string
  readonly level: 'info' | 'error'
  /** The machine's id. */
  readonly instance: string
  readonly region: string
  /** Who says it: the app, or the platform. */
  readonly provider: 'app' | 'runner'
}

export interface LogBook {
  /** Notes what the platform did with a machine. */
  note(machine: Machine, message: string, level?: LogLine['level']): void
  /** Keeps what a container printed before it goes. */
  keep(machine: string, lines: readonly LogLine[]): void
  read(machine: string): readonly LogLine[]
}

const keptLines = 500

/** What containers that are gone have printed, and the platform's own lines. */
export function createLogBook(clock: Clock): LogBook {
  const pages = new Map<string, readonly LogLine[]>()
  function keep(machine: string, lines: readonly LogLine[]): void {
    pages.set(machine, [...(pages.get(machine) ?? []), ...lines].slice(-keptLines))
  }
  return {
    keep,
    note({ id, region }, message, level = 'info') {
      const timestamp = iso(clock).replace('Z', '000000Z')
      keep(id, [{ timestamp, message, level, instance: id, region, provider: 'runner' }])
    },
    read: (machine) => pages.get(machine) ?? [],
  }
}
