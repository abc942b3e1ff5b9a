import type { LocalImage } from '../../docker/docker.js'
import { failing, lookAt, pause, type Running } from './container.js'
import type { ImageTest } from './image-test.js'
import { classify, createSettling } from './settling.js'

const defaultPort = 8080
/** How long a server may be idle before it listens: what starts slowly is mostly busy. */
export const leastPatienceMs = 6_000
const mostExposed = 5
const leastPauseMs = 100

/** Those that may be asked: the one that somebody names, else those of EXPOSE, and what apps for Fly mostly listen on. */
export function portsToPublish(
  { port, isWorker }: ImageTest,
  { exposedPorts }: LocalImage,
): readonly number[] {
  if (isWorker) return []
  if (port !== undefined) return [port.value]
  return [...new Set([...exposedPorts.slice(0, mostExposed), defaultPort])]
}

/**
 * Waits until it listens, and says where: on one that is published, or on another where nobody asks for one. Raises
 * `test_failed` as soon as it has settled on something else.
 */
export async function findPort(running: Running): Promise<number> {
  const { test, ports, context, elapsedMs } = running
  context.progress({ message: 'waiting until it listens' })
  const isAsked = test.port !== undefined
  const judge = createSettling({ ports, isAsked, patienceMs: patienceWith(running) })
  for (;;) {
    const beganMs = elapsedMs()
    const sight = await lookAt(running)
    // Nobody can tell: whether it answers decides.
    if (sight === undefined) return ports[0] ?? defaultPort
    const isOver = elapsedMs() >= test.timeoutMs
    const finding = isOver ? classify(sight.listening, ports) : judge(sight, elapsedMs())
    if (finding.kind === 'listens') return finding.port
    if (finding.kind !== 'starting') throw await failing(running, finding, sight)
    await pause(running, Math.max(leastPauseMs, 2 * (elapsedMs() - beganMs)))
  }
}

/** Where nothing names a port, what is idle without one is a worker more often than a server that is slow to start. */
function patienceWith({ test, exposes }: Running): number {
  const isServer = exposes || test.port !== undefined
  return test.patienceMs ?? (isServer ? leastPatienceMs : 0)
}
