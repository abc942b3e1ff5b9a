import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { parseListening } from '../process/listening-sockets.js'
import * as commands from './commands.js'
import type { ContainerSight, ContainerState } from './docker.js'
import type { StartDocker } from './start.js'

const quick = { timeoutMs: 20_000 }
/** Of each file; the kernel lists what listens before what is connected. */
const maxBytes = 64 * 1024

/** Of cgroup v2 and v1, as seen from inside (man 7 cgroups; docs.kernel.org, memory). */
const usageFiles = [
  { controller: '', name: 'memory.peak' },
  { controller: '', name: 'memory.current' },
  { controller: '', name: 'memory.stat' },
  { controller: '', name: 'cpu.stat' },
  { controller: 'memory', name: 'memory.max_usage_in_bytes' },
  { controller: 'memory', name: 'memory.stat' },
  { controller: 'cpuacct', name: 'cpuacct.stat' },
] as const

/**
 * What the kernel tells of a container: from outside where this is the engine's machine, else by the image's own `cat`.
 * Undefined where neither can tell.
 */
export async function lookAt(
  start: StartDocker,
  name: string,
  state: ContainerState,
): Promise<ContainerSight | undefined> {
  const text = (await fromOutside(state)) ?? (await fromInside(start, name))
  return text === undefined ? undefined : readSight(text)
}

/** The process may be another machine's, or gone: its cgroup names the container. */
async function fromOutside({ id, pid }: ContainerState): Promise<string | undefined> {
  const cgroups = await read(`/proc/${pid}/cgroup`)
  if (!cgroups.includes(id)) return undefined
  const tables = await readAll([`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`])
  if (!tables.includes(socketHeading)) return undefined
  const paths = usageFiles.flatMap(({ controller, name }) => {
    // "4:memory:/docker/ID" of v1, "0::/docker/ID" of v2
    const line = cgroups
      .split('\n')
      .find((each) => each.split(':')[1]?.split(',').includes(controller))
    const path = line?.split(':')[2]
    return path?.includes(id) ? [join('/sys/fs/cgroup', controller, path, name)] : []
  })
  return `${tables}\n${await readAll(paths)}`
}

/** cat fails for the files of the other cgroup version, and prints the rest. */
async function fromInside(start: StartDocker, name: string): Promise<string | undefined> {
  const paths = usageFiles.map(({ controller, name }) => join('/sys/fs/cgroup', controller, name))
  const { stdout } = await start(
    commands.readInside(name, ['/proc/net/tcp', '/proc/net/tcp6', ...paths]),
    quick,
  )
  return stdout.includes(socketHeading) ? stdout : undefined
}

const socketHeading = 'local_address'

async function readAll(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map(read))).join('\n')
}

async function read(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxBytes), position: 0 })
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file.close()
  }
}

const ticksPerSecond = 100

/** Reads the files one after the other; exported for its tests. */
export function readSight(text: string): ContainerSight {
  const cachedBytes = Math.max(0, ...numbers(text, /^(?:total_)?inactive_file (\d{1,15})$/gm))
  const peakBytes = Math.max(...numbers(text, /^(\d{1,15})$/gm)) - cachedBytes
  const [usedMicroseconds] = numbers(text, /^usage_usec (\d{1,18})$/gm)
  const ticks = numbers(text, /^(?:user|system) (\d{1,15})$/gm)
  const ofTicks = ticks.length === 0 ? undefined : (1000 / ticksPerSecond) * sum(ticks)
  const cpuMs = usedMicroseconds === undefined ? ofTicks : usedMicroseconds / 1000
  return {
    listening: parseListening(text),
    ...(peakBytes > 0 ? { memoryPeakBytes: peakBytes } : {}),
    ...(cpuMs === undefined ? {} : { cpuMs }),
  }
}

function numbers(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(([, digits]) => Number(digits))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
