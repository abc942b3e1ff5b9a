import type { Clock } from '../platform/clock.js'
import { iso } from '../platform/clock.js'
import type { NewEvent } from '../platform/machine-records.js'
import type { Ending } from './containers.js'

export interface ExitNews extends Ending {
  /** Somebody asked for the stop. */
  readonly requested: boolean
  readonly restarting: boolean
  readonly restartCount: number
}

/** The events that Fly's machines leave behind (fly-go machine_types.go). */
export const launched: NewEvent = { type: 'launch', status: 'created', source: 'user' }
export const updated: NewEvent = { type: 'update', status: 'replacing', source: 'user' }
export const started: NewEvent = { type: 'start', status: 'started', source: 'flyd' }
export const stopping: NewEvent = { type: 'stop', status: 'stopping', source: 'user' }
export const suspending: NewEvent = { type: 'suspend', status: 'suspending', source: 'user' }
export const suspended: NewEvent = { type: 'suspend', status: 'suspended', source: 'flyd' }
export const destroyed: NewEvent = { type: 'destroy', status: 'destroyed', source: 'user' }

/** flyctl reads `request.exit_event` of each exit without asking whether it is there. */
export function exited(clock: Clock, news: ExitNews): NewEvent {
  const signal = news.exitCode > 128 ? news.exitCode - 128 : 0
  return {
    type: 'exit',
    status: 'stopped',
    source: 'flyd',
    restartCount: news.restartCount,
    exit: {
      exit_code: news.exitCode,
      guest_exit_code: news.exitCode,
      guest_signal: signal,
      oom_killed: news.outOfMemory,
      requested_stop: news.requested,
      restarting: news.restarting,
      signal,
      exited_at: iso(clock),
    },
  }
}
