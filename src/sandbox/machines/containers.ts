import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { lastLines } from '../../process/tail.js'
import { taking } from '../../side-by-side.js'
import type { DockerCli } from '../engine/docker-cli.js'
import { createEngineApi, EngineAway, EngineRefusal } from '../engine/engine-api.js'
import type { Machine } from '../platform/rows.js'
import { archiveOf } from './archive.js'
import { type ContainerRequest, containerConfig, type PrivateNetwork } from './container-config.js'
import { listContainers, mostAtOnce, removeContainers } from './labelled-containers.js'
import type { LogLine } from './log-book.js'
import { placedFiles } from './placed-files.js'

export interface RunningContainer {
  readonly id: string
  /** Of the container's first process on this host. */
  readonly pid: number
  /** The container's IPv4 address on the engine's bridge: this host reaches it there. */
  readonly address: string
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly container: RunningContainer }
  /** The engine refuses it. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The engine went away before it could say: nothing runs. It is back, or the sandbox goes down. */
  | { readonly kind: 'lost' }

export interface Ending {
  readonly exitCode: number
  readonly outOfMemory: boolean
}

/** A program to start beside the app. */
export interface Execution {
  readonly command: readonly string[]
  readonly timeoutMs: number
}

export type Containers = ReturnType<typeof createContainers>

const created = z.object({ Id: z.string() })

const inspected = z.object({
  State: z.object({ Pid: z.number(), ExitCode: z.number(), OOMKilled: z.boolean() }),
  NetworkSettings: z.object({
    IPAddress: z.string().optional(),
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
})

export interface ContainersOptions {
  readonly docker: DockerCli
  readonly sandboxId: string
  /** DOCKER_CONFIG with which docker may pull images. */
  readonly pullConfig: string
  /** Undefined for the engine's plain bridge. */
  readonly network: PrivateNetwork | undefined
  /** Aborted when the sandbox goes down: an engine that is away is waited for no longer. */
  readonly signal: AbortSignal
}

const askAgainMs = 250

/** Containers on the engine, as machines need them. */
export function createContainers(options: ContainersOptions) {
  const { docker, sandboxId, pullConfig, network, signal } = options
  const inTurn = taking(mostAtOnce)
  const engine = createEngineApi(docker.env.DOCKER_HOST ?? '')
  const at = (id: string) => `/containers/${encodeURIComponent(id)}`

  /**
   * What the engine refuses has been done, or cannot be: what runs then is what counts. One that is away is asked again
   * until it is back: whatever is asked here can be asked twice.
   */
  async function ask(...request: Parameters<typeof engine.ask>): Promise<Buffer | undefined> {
    for (;;) {
      try {
        return await engine.ask(...request)
      } catch (error) {
        if (!(error instanceof EngineAway) || signal.aborted) return undefined
        await sleep(askAgainMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function tell(...request: Parameters<typeof engine.ask>): Promise<void> {
    await ask(...request)
  }

  async function inspect(id: string) {
    const answer = await ask('GET', `${at(id)}/json`)
    return answer === undefined ? undefined : inspected.parse(JSON.parse(answer.toString()))
  }

  async function pull(image: string): Promise<void> {
    const env = { DOCKER_CONFIG: pullConfig }
    const pulled = await docker.run(['pull', '--quiet', image], { env })
    if (pulled.outcome === 'ok') return
    // Raises where docker failed because the engine is away.
    await engine.ask('GET', '/_ping')
    throw new EngineRefusal(404, `failed to pull: ${lastLines(pulled.stderr, 3)}`)
  }

  async function create(request: ContainerRequest): Promise<string> {
    const config = containerConfig(request, network)
    const answer = await engine.ask('POST', '/containers/create', config)
    return created.parse(JSON.parse(answer.toString())).Id
  }

  /** Most images are there, from the last start: so none is asked for before. */
  async function createOrPull(request: ContainerRequest): Promise<string> {
    try {
      return await create(request)
    } catch (error) {
      if (!(error instanceof EngineRefusal && error.status === 404)) throw error
      await pull(request.image)
      return create(request)
    }
  }

  const remove = (id: string) => tell('DELETE', `${at(id)}?force=true&v=true`)

  async function start(request: ContainerRequest): Promise<StartOutcome> {
    let id: string | undefined
    try {
      const files = placedFiles(request)
      id = await createOrPull(request)
      if (files.length > 0) await engine.ask('PUT', `${at(id)}/archive?path=/`, archiveOf(files))
      await engine.ask('POST', `${at(id)}/start`)
    } catch (error) {
      if (id !== undefined) await remove(id)
      if (!(error instanceof EngineAway))
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
      await ask('GET', '/_ping')
      return { kind: 'lost' }
    }
    const { State, NetworkSettings } = (await inspect(id)) ?? {}
    const networks = Object.values(NetworkSettings?.Networks ?? {})
    const address = networks.find(({ IPAddress }) => IPAddress !== '')?.IPAddress ?? ''
    return { kind: 'started', container: { id, pid: State?.Pid ?? 0, address } }
  }

  return {
    start: (request: ContainerRequest) => inTurn(() => start(request)),
    /** `told`: its exit code, where the engine cannot be asked any more. */
    async ending(id: string, told = 0): Promise<Ending> {
      const state = (await inspect(id))?.State
      return { exitCode: state?.ExitCode ?? told, outOfMemory: state?.OOMKilled ?? false }
    },
    /** Sends the stop signal and waits; the engine kills it when its time is over. */
    stop: (id: string) => tell('POST', `${at(id)}/stop`),
    /** At once, unless it is another signal. */
    kill: (id: string, signal = 'SIGKILL') =>
      tell('POST', `${at(id)}/kill?signal=${encodeURIComponent(signal)}`),
    /** Stands still with all its memory. */
    pause: (id: string) => tell('POST', `${at(id)}/pause`),
    unpause: (id: string) => tell('POST', `${at(id)}/unpause`),
    exec: (id: string, { command, timeoutMs }: Execution) =>
      docker.run(['exec', id, ...command], { timeoutMs, keepBytes: 2 ** 20 }),
    remove,
    async logs(machine: Machine, id: string): Promise<readonly LogLine[]> {
      const wanted = 'stdout=true&stderr=true&timestamps=true&tail=200'
      // Whoever reads a log waits for no engine.
      const printed = await engine.ask('GET', `${at(id)}/logs?${wanted}`).catch(() => undefined)
      const lines = printed === undefined ? [] : linesOf(printed)
      const told = lines.map((line) => logLine(machine, line))
      return told.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    },
    /** The ids of those that run; raises where the engine does not answer. */
    running: () => listContainers(docker, sandboxId),
    /** Whatever is left. */
    removeAll: () => removeContainers(docker, sandboxId),
  }
}

const frameHeaderBytes = 8

/** Of output in frames: one byte says which stream, the last four of eight how many bytes follow (the API's /attach). */
function linesOf(frames: Buffer): readonly string[] {
  const streams = new Map<number, Buffer[]>()
  for (let at = 0; at + frameHeaderBytes <= frames.length; ) {
    const [stream = 0] = frames.subarray(at)
    const end = at + frameHeaderBytes + frames.readUInt32BE(at + 4)
    const parts = streams.get(stream) ?? []
    streams.set(stream, [...parts, frames.subarray(at + frameHeaderBytes, end)])
    at = end
  }
  const texts = [...streams.values()].map((parts) => Buffer.concat(parts).toString())
  return texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line !== '')
}

function logLine({ id, region }: Machine, line: string): LogLine {
  const space = line.indexOf(' ')
  return {
    timestamp: line.slice(0, space),
    message: line.slice(space + 1),
    level: 'info',
    instance: id,
    region,
    provider: 'app',
  }
}
