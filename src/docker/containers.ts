import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunResult } from '../process/command.js'
import { identityText, ownIdentity, parseIdentity, standingOf } from '../process/identity.js'
import { parseJson } from '../process/json.js'
import { createPrivateFolder } from '../process/private-folders.js'
import { lastLines } from '../process/tail.js'
import * as commands from './commands.js'
import { lookAt } from './container-sight.js'
import type { Container, ContainerRequest, ContainerState } from './docker.js'
import { containerFailure, unexpectedFailure, unreadableReply } from './failures.js'
import type { StartDocker } from './start.js'

const callTimeoutMs = 60_000
const quick = { timeoutMs: callTimeoutMs }
const maxReplyBytes = 4 * 2 ** 20

/** Containers of this label belong to the flyops whose identity is its value. */
const ownerLabel = 'flyops.test.owner'

/** Names of the containers that this process has in use. */
const inUse = new Set<string>()

/**
 * Starts an image with its ports on loopback, once what earlier tests have left is removed; raises `test_failed`
 * where it cannot even be started.
 */
export async function startContainer(
  start: StartDocker,
  request: ContainerRequest,
): Promise<Container> {
  await removeAbandoned(start)
  inUse.add(request.name)
  try {
    await run(start, request)
    return createContainer(start, request)
  } catch (error) {
    await removeContainer(start, request.name).catch(() => {})
    throw error
  }
}

async function run(start: StartDocker, request: ContainerRequest): Promise<void> {
  const { path: folder, remove } = await createPrivateFolder('env')
  try {
    const envFile = join(folder, 'env')
    const lines = Object.entries(request.env).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(envFile, lines.join(''), { mode: 0o600 })
    const labels = { [ownerLabel]: identityText(ownIdentity()) }
    // Not to be cancelled: the engine would go on, and nobody would know of the container.
    const result = await start(commands.runContainer(request, labels, envFile), quick, {
      env: request.secrets,
    })
    if (result.outcome !== 'ok') throw containerFailure(result, request.image)
  } finally {
    await remove()
  }
}

function createContainer(start: StartDocker, { name }: ContainerRequest): Container {
  return {
    async inspect() {
      const result = await start(commands.inspectContainer(name), { ...quick, maxReplyBytes })
      if (result.outcome !== 'ok') throw unexpectedFailure(result, 'looking at the container')
      return readContainer(result)
    },
    async ended(signal) {
      await start(commands.waitForContainer(name), { signal })
    },
    async log(lines) {
      const result = await start(commands.containerLog(name, lines), quick)
      return lastLines(`${result.stdout}\n${result.stderr}`, lines)
    },
    look: (state) => lookAt(start, name, state),
    remove: () => removeContainer(start, name),
  }
}

/** Removes what a flyops that was killed has left, or this one where a docker of its own was killed. */
async function removeAbandoned(start: StartDocker): Promise<void> {
  const { stdout } = await start(commands.listContainers(ownerLabel), quick)
  const rows = stdout.split('\n').map((line) => line.trim().split(' '))
  const abandoned = rows.filter(([name = '', owner]) => owner && isAbandoned(name, owner))
  await Promise.all(abandoned.map(([name = '']) => removeContainer(start, name)))
}

function isAbandoned(name: string, owner: string): boolean {
  if (owner === identityText(ownIdentity())) return !inUse.has(name)
  const process = parseIdentity(owner)
  const standing = process === undefined ? 'unknown' : standingOf(process)
  return standing === 'ended' || standing === 'other_boot'
}

/** Once more where docker did not get to its end; what is left then goes before the next test. */
async function removeContainer(start: StartDocker, name: string): Promise<void> {
  try {
    const first = await start(commands.removeContainer(name), quick)
    if (first.outcome !== 'ok') await start(commands.removeContainer(name), quick)
  } finally {
    inUse.delete(name)
  }
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

function readContainer({ reply }: RunResult): ContainerState {
  const [container] = inspection.safeParse(parseJson(reply?.text ?? '')).data ?? []
  if (container === undefined) throw unreadableReply('looking at the container')
  const { Id: id, State: state, NetworkSettings: network } = container
  return {
    id,
    pid: state.Pid,
    isRunning: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    publishedPort(port) {
      const [published] = network.Ports?.[`${port}/tcp`] ?? []
      return published === undefined ? undefined : Number(published.HostPort)
    },
  }
}
