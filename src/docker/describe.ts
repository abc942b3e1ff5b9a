import { z } from 'zod'
import type { RunOptions } from '../process/command.js'
import { parseJson } from '../process/json.js'
import * as commands from './commands.js'
import type { Engine, WorkOptions } from './docker.js'
import { unexpectedFailure } from './failures.js'
import type { StartDocker } from './start.js'

const callTimeoutMs = 20_000

const serverReply = z.object({
  Server: z.object({ Version: z.string(), Os: z.string(), Arch: z.string() }),
})

export async function clientVersion(
  start: StartDocker,
  options: WorkOptions = {},
): Promise<string> {
  const result = await start(commands.clientVersion(), bounded(options))
  if (result.outcome !== 'ok') throw unexpectedFailure(result, 'being asked for its version')
  // "Docker version 28.2.2, build e6534b4"
  return /version v?([^\s,]+)/i.exec(result.stdout)?.[1] ?? result.stdout.trim().slice(0, 100)
}

export async function describeEngine(
  start: StartDocker,
  options: WorkOptions = {},
): Promise<Engine> {
  const result = await start(commands.version(), bounded(options))
  const reply = serverReply.safeParse(parseJson(result.stdout))
  if (result.outcome !== 'ok' || !reply.success) {
    throw unexpectedFailure(result, 'being asked for its engine')
  }
  const { Version: version, Os: os, Arch: architecture } = reply.data.Server
  return { version, os, architecture }
}

/** By the address of the engine: pipes, sockets and loopback. */
export async function isLocal(start: StartDocker): Promise<boolean> {
  const { stdout } = await start(commands.endpoint(), { timeoutMs: callTimeoutMs })
  const address = stdout.trim()
  return address === '' || /^(?:unix|npipe):|^tcp:\/\/(?:127\.|localhost\b|\[::1\])/.test(address)
}

/** For what docker answers at once. */
export function bounded({ signal }: WorkOptions): RunOptions {
  return { timeoutMs: callTimeoutMs, ...(signal === undefined ? {} : { signal }) }
}
