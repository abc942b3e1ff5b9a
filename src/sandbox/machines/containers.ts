import { z } from 'zod'
import { lastLines } from '../../process/tail.js'
import { taking } from '../../side-by-side.js'
import type { DockerCli } from '../engine/docker-cli.js'
import type { Machine } from '../platform/rows.js'
import { type ContainerRequest, dockerRun, sandboxLabel } from './docker-run.js'
import type { LogLine } from './log-book.js'

export interface RunningContainer {
  readonly id: string
  /** Of the container's first process on this host. */
  readonly pid: number
  /** The container's address on the engine's bridge. */
  readonly address: string
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly container: RunningContainer }
  | { readonly kind: 'failed'; readonly message: string }

export interface Ending {
  readonly exitCode: number
  readonly outOfMemory: boolean
}

/** A program to start beside the app. */
export interface Execution {
  readonly command: readonly string[]
  readonly timeoutMs: number
}

/** A client of docker takes 30 MB for each that it starts, and an engine has hung over forty that were removed at once. */
const mostAtOnce = 8

export type Containers = ReturnType<typeof createContainers>

const inspected = z.tuple([
  z.object({
    State: z.object({ Pid: z.number(), ExitCode: z.number(), OOMKilled: z.boolean() }),
    NetworkSettings: z.object({
      IPAddress: z.string().optional(),
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
    }),
  }),
])

/** Containers on the engine, as machines need them; images are pulled with the login in `pullConfig`. */
export function createContainers(docker: DockerCli, sandboxId: string, pullConfig?: string) {
  const inTurn = taking(mostAtOnce)

  async function inspect(id: string) {
    const result = await docker.run(['container', 'inspect', id], { keepBytes: 2 ** 20 })
    return result.outcome === 'ok' ? inspected.parse(JSON.parse(result.stdout))[0] : undefined
  }

  async function list(...flags: readonly string[]): Promise<readonly string[]> {
    const filter = `--filter=label=${sandboxLabel}=${sandboxId}`
    const text = await docker.text(['ps', ...flags, '--quiet', '--no-trunc', filter])
    return text.split('\n').filter((id) => id !== '')
  }

  /** Why the image could not be had, or undefined. */
  async function pull(image: string): Promise<string | undefined> {
    const env = { DOCKER_CONFIG: pullConfig }
    const pulled = await docker.run(
      ['pull', '--quiet', image],
      pullConfig === undefined ? {} : { env },
    )
    return pulled.outcome === 'ok' ? undefined : lastLines(pulled.stderr, 3)
  }

  async function start(request: ContainerRequest): Promise<StartOutcome> {
    const { args, env } = dockerRun(request)
    let result = await docker.run(args, { env })
    // Most images are there, from the last start: so none is asked for before.
    if (result.outcome !== 'ok' && /no such image/i.test(result.stderr)) {
      const failure = await pull(request.image)
      if (failure !== undefined) return { kind: 'failed', message: `failed to pull: ${failure}` }
      result = await docker.run(args, { env })
    }
    const id = lastLines(result.stdout, 1)
    if (result.outcome !== 'ok') {
      if (id !== '') await docker.run(['rm', '--force', '--volumes', id])
      return { kind: 'failed', message: lastLines(result.stderr, 3) }
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
    /** Sends the stop signal and waits; docker kills it when its time is over. */
    stop: (id: string) => docker.run(['stop', id]),
    /** At once, unless it is another signal. */
    kill: (id: string, signal = 'SIGKILL') => docker.run(['kill', `--signal=${signal}`, id]),
    /** Stands still with all its memory. */
    pause: (id: string) => docker.run(['pause', id]),
    unpause: (id: string) => docker.run(['unpause', id]),
    exec: (id: string, { command, timeoutMs }: Execution) =>
      docker.run(['exec', id, ...command], { timeoutMs, keepBytes: 2 ** 20 }),
    remove: (id: string) => docker.run(['rm', '--force', '--volumes', id]),
    async logs(machine: Machine, id: string): Promise<readonly LogLine[]> {
      const lines: LogLine[] = []
      const onLine = (line: string) => lines.push(logLine(machine, line))
      await docker.run(['logs', '--timestamps', '--tail=200', id], { onLine })
      return lines.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    },
    /** The ids of those that run; raises where the engine does not answer. */
    running: () => list(),
    /** Whatever an earlier run has left. */
    async removeAll(): Promise<void> {
      const left = [...(await list('--all'))]
      while (left.length > 0)
        await docker.text(['rm', '--force', '--volumes', ...left.splice(0, mostAtOnce)])
    },
  }
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
