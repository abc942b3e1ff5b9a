import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'
import { parseListening } from '../process/listening-sockets.js'
import { createPrivateFolder } from '../process/private-folders.js'
import { lastLines } from '../process/tail.js'
import * as commands from './commands.js'
import type { Container, ContainerRequest, ContainerState } from './docker.js'
import { containerFailure, unexpectedFailure, unreadableReply } from './failures.js'
import type { StartDocker } from './start.js'

const callTimeoutMs = 60_000
const quick = { timeoutMs: callTimeoutMs }
const maxReplyBytes = 4 * 2 ** 20

/** Containers of this label belong to a flyops with the process id that is its value. */
export const ownerLabel = 'flyops.test.pid'

/** Starts an image with a port on loopback; raises `test_failed` where it cannot even be started. */
export async function startContainer(
  start: StartDocker,
  request: ContainerRequest,
): Promise<Container> {
  const { path: folder, remove } = await createPrivateFolder('env')
  try {
    const envFile = join(folder, 'env')
    const lines = Object.entries(request.env).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(envFile, lines.join(''), { mode: 0o600 })
    // Not to be cancelled: the engine would go on, and nobody would know of the container.
    const result = await start(commands.runContainer(request, envFile), quick)
    if (result.outcome !== 'ok') {
      await removeContainer(start, request.name)
      throw containerFailure(result, request.image)
    }
  } finally {
    await remove()
  }
  return createContainer(start, request)
}

function createContainer(start: StartDocker, { name, port }: ContainerRequest): Container {
  return {
    async inspect() {
      const result = await start(commands.inspectContainer(name), { ...quick, maxReplyBytes })
      if (result.outcome !== 'ok') throw unexpectedFailure(result, 'looking at the container')
      return readContainer(result, port)
    },
    async ended(signal) {
      await start(commands.waitForContainer(name), { signal })
    },
    async log(lines) {
      const result = await start(commands.containerLog(name, lines), quick)
      return lastLines(`${result.stdout}\n${result.stderr}`, lines)
    },
    listening: (state) => listening(start, name, state),
    remove: () => removeContainer(start, name),
  }
}

/** Removes what a flyops that was killed has left; `isAlive` tells of a process id. */
export async function removeAbandoned(
  start: StartDocker,
  isAlive: (pid: number) => boolean,
): Promise<void> {
  const { stdout } = await start(commands.listContainers(ownerLabel), quick)
  const rows = stdout.split('\n').map((line) => line.trim().split(' '))
  const dead = rows.filter(([id, pid]) => id && pid && !isAlive(Number(pid)))
  await Promise.all(dead.map(([id = '']) => removeContainer(start, id)))
}

async function removeContainer(start: StartDocker, name: string): Promise<void> {
  await start(commands.removeContainer(name), quick)
}

const inspection = z.array(
  z.object({
    Id: z.string(),
    State: z.object({
      Running: z.boolean(),
      ExitCode: z.number(),
      OOMKilled: z.boolean(),
      Pid: z.number(),
    }),
    NetworkSettings: z.object({
      Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish(),
    }),
  }),
)

function readContainer({ reply }: RunResult, port: number): ContainerState {
  const [container] = inspection.safeParse(parseJson(reply?.text ?? '')).data ?? []
  if (container === undefined) throw unreadableReply('looking at the container')
  const { Id: id, State: state, NetworkSettings: network } = container
  const [published] = network.Ports?.[`${port}/tcp`] ?? []
  return {
    id,
    pid: state.Pid,
    isRunning: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    publishedPort: published === undefined ? undefined : Number(published.HostPort),
  }
}

/** By a program of the image; images without one are looked at from outside, where this is the engine's machine. */
async function listening(
  start: StartDocker,
  name: string,
  { id, pid }: ContainerState,
): Promise<readonly string[] | undefined> {
  const inside = await start(commands.readSockets(name), quick)
  if (inside.outcome === 'ok') return inside.stdout.split(/^(?=\s*sl )/m).flatMap(parseListening)
  const cgroup = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  if (!cgroup.includes(id)) return undefined
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((table) =>
      readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => undefined),
    ),
  )
  return tables.flatMap((table) => (table === undefined ? [] : parseListening(table)))
}
