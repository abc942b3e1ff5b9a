import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../faults/faults.js'
import type { Platform } from '../platform/platform.js'
import type { Machine } from '../platform/rows.js'
import type { Images } from '../registry/images.js'
import type { CheckLoops } from './check-loops.js'
import type { Containers, Ending, RunningContainer } from './containers.js'
import * as events from './events.js'
import type { LogBook } from './log-book.js'
import { backoffMs, restarts } from './restart-policy.js'
import { isSilent, type Running, runningFrom } from './running.js'

export interface LifecycleOptions {
  readonly platform: Platform
  readonly containers: Containers
  readonly images: Images
  readonly sandboxId: string
  readonly book: LogBook
  readonly checks: CheckLoops
  readonly faults: Faults
  readonly volumeFolder: (volume: string) => string
  /** Adds work for a machine behind what it has to do already. */
  readonly enqueue: (id: string, task: () => Promise<void>) => void
  /** Aborted when the sandbox goes down: nothing starts any more. */
  readonly signal: AbortSignal
}

/** So long must a machine run for its restarts to be forgotten. */
const steadyMs = 30_000

/**
 * What happens to one machine at a time. Each start is a new container, as a Fly machine starts
 * from its image each time and keeps nothing but its volumes.
 */
export function createLifecycle(options: LifecycleOptions) {
  const { platform, containers, book, checks, signal } = options
  const records = platform.machines
  const running = new Map<string, Running>()
  /** Machines whose containers are paused. */
  const suspended = new Set<string>()
  const restartCounts = new Map<string, number>()

  async function start(id: string): Promise<void> {
    const machine = records.find(id)
    if (machine === undefined || signal.aborted) return
    if (suspended.has(id)) return wake(id, machine)
    if (running.has(id)) return
    records.setState(id, 'starting')
    book.note(machine, `Starting machine with image ${machine.config.image}`)
    const outcome = await containers.start({
      machine,
      sandboxId: options.sandboxId,
      image: options.images.engineReference(machine.image),
      cpus: availableParallelism(),
      secrets: platform.secrets.environment(machine.app),
      volumeFolder: options.volumeFolder,
    })
    if (outcome.kind === 'lost') {
      book.note(machine, 'The engine went away; starting again', 'error')
      startAfter(id, 0)
      return
    }
    if (outcome.kind === 'failed') {
      book.note(machine, outcome.message, 'error')
      // As a shell says of a program that it cannot run.
      return afterExit(id, { exitCode: 127, outOfMemory: false })
    }
    const { container } = outcome
    const fault = options.faults.strikeStart(machine)
    const begun = runningFrom(container, fault, platform.clock.now())
    running.set(id, begun)
    if (isBeingReplaced(id)) return
    records.setState(id, 'started', events.started)
    book.note(machine, 'Machine started')
    // Without an address it has ended already; the engine's event is on its way.
    if (container.address !== '') checks.start(id, () => addressOf(id))
    if (begun.ending !== undefined) void containers.kill(container.id)
  }

  function startAfter(id: string, ms: number): void {
    options.enqueue(id, async () => {
      await sleep(ms, undefined, { signal }).catch(() => {})
      // A stop or a new version may have been asked for meanwhile.
      if (records.find(id)?.state === 'starting') await start(id)
    })
  }

  async function wake(id: string, machine: Machine): Promise<void> {
    await thaw(id)
    records.setState(id, 'started', events.started)
    book.note(machine, 'Machine resumed')
    checks.start(id, () => addressOf(id))
  }

  /** What stands still can neither be stopped nor removed. */
  async function thaw(id: string): Promise<void> {
    const container = running.get(id)
    if (suspended.delete(id) && container !== undefined) await containers.unpause(container.id)
  }

  /** A new version waits behind what is being done: what becomes of the old one is nobody's news any more. */
  function isBeingReplaced(id: string): boolean {
    return records.find(id)?.state === 'replacing'
  }

  function find(id: string): RunningContainer | undefined {
    const known = running.get(id)
    const isCutOff = known !== undefined && isSilent(known, platform.clock.now())
    return isCutOff ? { ...known, address: '' } : known
  }

  const addressOf = (id: string) => find(id)?.address ?? ''

  /** Takes the container away and keeps what it printed. */
  async function discard(id: string): Promise<void> {
    const machine = records.find(id)
    const container = running.get(id)
    if (container === undefined) return
    await thaw(id)
    running.delete(id)
    checks.stop(id)
    if (machine !== undefined) book.keep(id, await containers.logs(machine, container.id))
    await containers.remove(container.id)
  }

  async function halt(id: string): Promise<void> {
    await thaw(id)
    const container = running.get(id)
    restartCounts.delete(id)
    if (container !== undefined) {
      await containers.stop(container.id)
      const ending = await containers.ending(container.id)
      await discard(id)
      recordExit(id, ending, { requested: true, restarting: false })
    }
    records.setState(id, 'stopped')
  }

  async function stop(id: string): Promise<void> {
    await halt(id)
    if (records.find(id)?.config.auto_destroy) records.destroy(id, events.destroyed)
  }

  /** Where nothing runs, there is no memory to keep: it is stopped already. */
  async function suspend(id: string): Promise<void> {
    const container = running.get(id)
    if (container === undefined) return records.setState(id, 'stopped')
    await containers.pause(container.id)
    suspended.add(id)
    checks.stop(id)
    records.setState(id, 'suspended', events.suspended)
  }

  function recordExit(
    id: string,
    ending: Ending,
    how: { readonly requested: boolean; readonly restarting: boolean },
  ): void {
    const machine = records.find(id)
    if (machine === undefined) return
    const restartCount = restartCounts.get(id) ?? 0
    const event = events.exited(platform.clock, { ...ending, ...how, restartCount })
    records.setState(id, how.restarting ? 'starting' : 'stopped', event)
    const cause = ending.outOfMemory ? ', out of memory' : ''
    if (ending.outOfMemory) book.note(machine, 'Out of memory: Killed process 1 (app)', 'error')
    // In the words of Fly's init: until them flyctl waits for the log of a release command that failed.
    if (ending.exitCode < 128)
      book.note(machine, ` INFO Main child exited normally with code: ${ending.exitCode}`)
    book.note(machine, `Machine exited with exit code ${ending.exitCode}${cause}`)
  }

  /** The app ended by itself: restart it, let it rest, or take it away. */
  function afterExit(id: string, ending: Ending): void {
    const machine = records.find(id)
    if (machine === undefined || isBeingReplaced(id)) return
    const made = restartCounts.get(id) ?? 0
    const restarting = restarts({ ...machine, exitCode: ending.exitCode, restarts: made })
    if (restarting) restartCounts.set(id, made + 1)
    recordExit(id, ending, { requested: false, restarting })
    if (restarting) {
      startAfter(id, backoffMs(made))
      return
    }
    restartCounts.delete(id)
    if (machine.config.auto_destroy) records.destroy(id, events.destroyed)
  }

  return {
    start,
    stop,
    suspend,
    async restart(id: string): Promise<void> {
      await halt(id)
      await start(id)
    },
    container: find,
    async replace(id: string, launch: boolean): Promise<void> {
      await thaw(id)
      const container = running.get(id)
      restartCounts.delete(id)
      if (container !== undefined) await containers.stop(container.id)
      await discard(id)
      if (launch) await start(id)
      else records.setState(id, 'stopped')
    },
    async destroy(id: string): Promise<void> {
      await discard(id)
      restartCounts.delete(id)
      records.destroy(id, events.destroyed)
    },
    /** A container ended; one that we ended ourselves is not in `running` any more. */
    async ended(id: string, containerId: string, exitCode: number): Promise<void> {
      const container = running.get(id)
      if (container?.id !== containerId) return
      const ending = container.ending ?? (await containers.ending(containerId, exitCode))
      await discard(id)
      if (platform.clock.now() - container.startedAtMs > steadyMs) restartCounts.delete(id)
      afterExit(id, ending)
    },
    /** Machines with the container that each is believed to run in. */
    believed: () => [...running].map(([machineId, { id }]) => ({ machineId, containerId: id })),
    close: () => checks.close(),
  }
}
