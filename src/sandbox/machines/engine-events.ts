import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Log } from '../../log.js'
import type { DockerCli } from '../engine/docker-cli.js'
import { machineLabel, sandboxLabel } from './container-config.js'

export interface ContainerEnd {
  readonly containerId: string
  readonly machineId: string
  readonly exitCode: number
}

export interface EngineEventsOptions {
  readonly docker: DockerCli
  readonly sandboxId: string
  readonly onEnd: (end: ContainerEnd) => void
  /** Makes up for what an engine that was away will never tell; raises as long as it is away. */
  readonly catchUp: () => Promise<void>
  /** Ends the watching. */
  readonly signal: AbortSignal
  readonly log: Log
}

const event = z.object({
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
})

const reconnectMs = 1_000

/** Tells of each container that ends. A broken stream is taken up where it broke off, as far as the engine remembers. */
export async function watchContainers(options: EngineEventsOptions): Promise<void> {
  const { docker, sandboxId, onEnd, catchUp, signal, log } = options
  let sinceNs = BigInt(Date.now()) * 1_000_000n
  function onLine(line: string): void {
    const { Actor, timeNano } = event.parse(JSON.parse(line))
    sinceNs = BigInt(timeNano) + 1n
    const machineId = Actor.Attributes[machineLabel]
    if (machineId === undefined) return
    onEnd({ containerId: Actor.ID, machineId, exitCode: Number(Actor.Attributes.exitCode ?? 0) })
  }
  while (!signal.aborted) {
    const since = `${sinceNs / 1_000_000_000n}.${String(sinceNs % 1_000_000_000n).padStart(9, '0')}`
    const filters = [`label=${sandboxLabel}=${sandboxId}`, 'type=container', 'event=die']
    const args = ['events', `--since=${since}`, '--format={{json .}}']
    const result = await docker.run([...args, ...filters.map((filter) => `--filter=${filter}`)], {
      signal,
      timeoutMs: 2 ** 31 - 1,
      keepBytes: 4096,
      onLine: (line, stream) => (stream === 'stdout' ? onLine(line) : undefined),
    })
    if (signal.aborted) return
    log.warn({ outcome: result.outcome, stderr: result.stderr }, 'docker events broke off')
    do await sleep(reconnectMs, undefined, { signal }).catch(() => {})
    while (!signal.aborted && !(await succeeds(catchUp)))
  }
}

function succeeds(work: () => Promise<void>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  )
}
