import type { Log } from '../../log.js'
import type { Machines } from '../machines/machines.js'
import type { Platform } from '../platform/platform.js'
import type { Machine } from '../platform/rows.js'
import { publicService } from './services.js'
import type { Usage } from './usage.js'

export interface IdleOptions {
  readonly platform: Platform
  readonly machines: Machines
  readonly usage: Usage
  readonly idleMs: number
  readonly log: Log
}

/** Stops machines that nobody asks for, down to their service's minimum; the result ends it. */
export function startIdleStops(options: IdleOptions): () => void {
  const { platform, machines, idleMs, log } = options
  const timer = setInterval(
    () => {
      for (const machine of idleMachines(options)) {
        log.info({ app: machine.app, machine: machine.id }, 'stopping an idle machine')
        if (publicService(machine.config)?.autostop === 'suspend') machines.suspend(machine.id)
        else machines.stop(machine.id)
      }
    },
    Math.min(Math.max(idleMs / 4, 100), 10_000),
  )
  timer.unref()
  return () => clearInterval(timer)

  function idleMachines({ usage }: IdleOptions): readonly Machine[] {
    const started = platform.machines.list().filter(({ state }) => state === 'started')
    const left = new Map<string, number>()
    for (const { app } of started) left.set(app, (left.get(app) ?? 0) + 1)
    return started.filter((machine) => {
      const service = publicService(machine.config)
      if (service === undefined || !stops(service.autostop)) return false
      const start = machine.events.find(({ type }) => type === 'start')
      if (usage.idleMs(machine.id, start?.timestampMs ?? 0) < idleMs) return false
      const remaining = (left.get(machine.app) ?? 0) - 1
      if (remaining < (service.min_machines_running ?? 0)) return false
      left.set(machine.app, remaining)
      return true
    })
  }
}

function stops(autostop: boolean | string | null | undefined): boolean {
  return autostop === true || autostop === 'stop' || autostop === 'suspend'
}
