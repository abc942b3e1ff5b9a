import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../faults/faults.js'
import type { Machines } from '../machines/machines.js'
import { isAtRest } from '../platform/machine-records.js'
import type { Platform } from '../platform/platform.js'
import type { Machine } from '../platform/rows.js'
import { publicService } from './services.js'

export interface Target {
  readonly machine: string
  /** `http://ADDRESS:PORT` on the engine's bridge. */
  readonly url: string
}

/** How long a request waits for a machine that starts. */
const patienceMs = 30_000
const retryMs = 100

export interface RouterParts {
  readonly platform: Platform
  readonly machines: Machines
  readonly faults: Faults
}

/** Chooses the machine for each request of an app; undefined where none can take it. */
export function createRouter({ platform, machines, faults }: RouterParts) {
  let turn = 0

  function candidates(app: string): readonly Machine[] {
    return platform.machines
      .list(app)
      .filter(({ config, cordoned }) => publicService(config) !== undefined && !cordoned)
      .filter((machine) => !faults.isUnreachable(machine))
  }

  /** In turn, those with passing checks before the others. */
  function startedMachine(all: readonly Machine[]): Machine | undefined {
    const started = all.filter(({ id, state }) => state === 'started' && machines.container(id))
    const passing = started.filter(({ checks }) =>
      checks.every(({ status }) => status === 'passing'),
    )
    const preferred = passing.length > 0 ? passing : started
    turn += 1
    return preferred[turn % Math.max(preferred.length, 1)]
  }

  function isComing({ state }: Machine): boolean {
    return state === 'created' || state === 'starting' || state === 'replacing'
  }

  return async function route(app: string): Promise<Target | undefined> {
    const deadlineMs = platform.clock.now() + patienceMs
    while (platform.clock.now() < deadlineMs) {
      const all = candidates(app)
      const machine = startedMachine(all)
      if (machine !== undefined) {
        const target = targetOf(machine, machines)
        if (target !== undefined && (await isOpen(target))) return target
        if (!isYoung(machine, platform.clock.now())) return target
      } else if (!all.some(isComing)) {
        const sleeper = all.find(({ state, config }) => {
          return isAtRest(state) && publicService(config)?.autostart !== false
        })
        if (sleeper === undefined) return undefined
        machines.start(sleeper.id)
      }
      await sleep(retryMs)
    }
    return undefined
  }
}

function targetOf({ id, config }: Machine, machines: Machines): Target | undefined {
  const address = machines.container(id)?.address
  const port = publicService(config)?.internal_port
  if (!address || port === undefined) return undefined
  return { machine: id, url: `http://${address}:${port}` }
}

/** An app may need a moment between its machine's start and its first answer. */
function isYoung({ events }: Machine, nowMs: number): boolean {
  const start = events.find(({ type }) => type === 'start')
  return start !== undefined && nowMs - start.timestampMs < patienceMs
}

function isOpen({ url }: Target): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 80), timeout: 2_000 })
    function end(open: boolean): void {
      socket.destroy()
      resolve(open)
    }
    socket.on('connect', () => end(true))
    socket.on('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
}
