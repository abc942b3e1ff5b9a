import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../log.js'
import type { RunResult } from '../../process/command.js'
import type { Faults } from '../faults/faults.js'
import { isAtRest, isGone, type NewMachine, restedBefore } from '../platform/machine-records.js'
import type { Platform } from '../platform/platform.js'
import { Refusal } from '../platform/refusal.js'
import type { Machine } from '../platform/rows.js'
import type { Images } from '../registry/images.js'
import { createCheckLoops } from './check-loops.js'
import {
  type ContainersOptions,
  createContainers,
  type Execution,
  type RunningContainer,
} from './containers.js'
import { watchContainers } from './engine-events.js'
import * as events from './events.js'
import { createLifecycle } from './lifecycle.js'
import { createLogBook, type LogLine } from './log-book.js'
import { createQueues } from './queues.js'
import { listenSockets, type MachineProcess } from './sockets.js'

export interface MachinesOptions extends Omit<ContainersOptions, 'signal'> {
  readonly platform: Platform
  readonly images: Images
  /** Folder that holds the volumes' contents. */
  readonly volumesFolder: string
  readonly faults: Faults
  readonly log: Log
}

/** Fly's machines as containers. Changes are recorded at once and carried out in order. */
export interface Machines {
  create(wanted: NewMachine & { readonly skipLaunch: boolean }): Machine
  /** A machine that is stopped or suspended is not started by it. */
  update(id: string, wanted: Pick<NewMachine, 'config' | 'image'> & { skipLaunch: boolean }): void
  start(id: string): void
  stop(id: string): void
  /** Stops it with its memory, so that a start takes it up where it was. */
  suspend(id: string): void
  restart(id: string): void
  /** To the app; raises where nothing runs. */
  signal(id: string, signal: string): Promise<void>
  /** Starts a program beside the app, and waits for its end; raises where nothing runs. */
  exec(id: string, execution: Execution): Promise<RunResult>
  /** Resolves when the container is gone. */
  destroy(id: string): Promise<void>
  /** Undefined while no container runs. */
  container(id: string): RunningContainer | undefined
  processes(id: string): Promise<readonly MachineProcess[]>
  /** Oldest first. */
  logs(app: string): Promise<readonly LogLine[]>
  /** Starts again what ran when the sandbox went down; its containers must be gone. */
  resume(): void
  /** Ends all containers; what ran is remembered as running. */
  close(): Promise<void>
}

/** What dockerd says of containers that it finds dead when it starts. */
const killedWithEngine = 255

export function createMachines(options: MachinesOptions): Machines {
  const { platform, docker, sandboxId, log } = options
  const records = platform.machines
  const queues = createQueues()
  const closing = new AbortController()
  const containers = createContainers({ ...options, signal: closing.signal })
  const book = createLogBook(platform.clock)
  const lifecycle = createLifecycle({
    platform,
    containers,
    images: options.images,
    sandboxId,
    book,
    checks: createCheckLoops(platform),
    faults: options.faults,
    volumeFolder(volume) {
      const folder = join(options.volumesFolder, volume)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    enqueue,
    signal: closing.signal,
  })
  const watching = watchContainers({
    docker,
    sandboxId,
    log,
    signal: closing.signal,
    onEnd: ({ machineId, containerId, exitCode }) =>
      enqueue(machineId, () => lifecycle.ended(machineId, containerId, exitCode)),
    catchUp: endMissing,
  })

  /** An engine that was started again has ended its containers and told nobody. */
  async function endMissing(): Promise<void> {
    const believed = lifecycle.believed()
    const running = await containers.running()
    for (const { machineId, containerId } of believed)
      if (!running.includes(containerId))
        enqueue(machineId, () => lifecycle.ended(machineId, containerId, killedWithEngine))
  }

  function enqueue(id: string, task: () => Promise<void>): void {
    queues.add(id, task).catch((error: unknown) => {
      log.error({ machine: id, error: String(error) }, 'a machine could not be changed')
    })
  }

  function runningContainer(id: string): RunningContainer {
    const container = records.find(id)?.state === 'started' ? lifecycle.container(id) : undefined
    if (container === undefined) throw new Refusal(412, `machine ${id} is not running`)
    return container
  }

  return {
    create({ skipLaunch, ...wanted }) {
      const machine = records.create(wanted)
      records.setState(machine.id, skipLaunch ? 'stopped' : 'created', events.launched)
      if (!skipLaunch) enqueue(machine.id, () => lifecycle.start(machine.id))
      return records.find(machine.id) ?? machine
    },
    update(id, { config, image, skipLaunch }) {
      const launches = !skipLaunch && !isAtRest(records.find(id)?.state ?? 'created')
      records.replace(id, config, image)
      records.setState(id, 'replacing', events.updated)
      records.setState(id, 'replacing', events.launched)
      enqueue(id, () => lifecycle.replace(id, launches))
    },
    start(id) {
      if (records.find(id)?.state === 'started') return
      records.setState(id, 'starting')
      enqueue(id, () => lifecycle.start(id))
    },
    stop(id) {
      if (records.find(id)?.state === 'stopped') return
      records.setState(id, 'stopping', events.stopping)
      enqueue(id, () => lifecycle.stop(id))
    },
    suspend(id) {
      // Behind a start or restart that is on its way: whoever asks has seen it started before.
      const state = records.find(id)?.state ?? 'destroyed'
      if (isAtRest(state) || isGone(state) || state === 'suspending') return
      records.setState(id, 'suspending', events.suspending)
      enqueue(id, () => lifecycle.suspend(id))
    },
    restart(id) {
      records.setState(id, 'stopping', events.stopping)
      enqueue(id, () => lifecycle.restart(id))
    },
    async signal(id, signal) {
      await containers.kill(runningContainer(id).id, signal)
    },
    exec: (id, execution) => containers.exec(runningContainer(id).id, execution),
    destroy(id) {
      records.setState(id, 'destroying')
      return queues.add(id, () => lifecycle.destroy(id))
    },
    container: lifecycle.container,
    processes: (id) => listenSockets(lifecycle.container(id)),
    async logs(app) {
      const pages = records.list(app).map(async (machine) => {
        const container = lifecycle.container(machine.id)
        const live = container === undefined ? [] : await containers.logs(machine, container.id)
        return [...book.read(machine.id), ...live]
      })
      return (await Promise.all(pages)).flat().sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    },
    resume() {
      records.purge()
      for (const machine of records.list()) {
        const { id, state } = machine
        const isToRest = state === 'replacing' && restedBefore(machine)
        if (state === 'destroying') enqueue(id, () => lifecycle.destroy(id))
        else if (state === 'stopping' || state === 'suspending' || isToRest)
          records.setState(id, 'stopped')
        else if (!isAtRest(state)) enqueue(id, () => lifecycle.start(id))
      }
    },
    async close() {
      closing.abort()
      lifecycle.close()
      await watching
      await queues.idle()
      await containers.removeAll().catch((error: unknown) => {
        log.warn({ error: String(error) }, 'the engine did not remove the containers')
      })
    },
  }
}
