import type { ContainerSight } from '../../docker/docker.js'
import { isLoopback, portOf } from '../../process/listening-sockets.js'

/** What a container that is looked at again and again is found to do. */
export type Finding =
  | { readonly kind: 'starting' }
  | { readonly kind: 'listens'; readonly port: number }
  | { readonly kind: 'elsewhere'; readonly port: number }
  | { readonly kind: 'loopback_only' }
  | { readonly kind: 'nothing' }

export interface Expected {
  /** Those that it may listen on, the best first. */
  readonly ports: readonly number[]
  /** Whether somebody asks for that port; else any that it listens on will do. */
  readonly isAsked: boolean
  /** How long it may listen on nothing, from its start. */
  readonly patienceMs: number
}

/** How long what it listens on has to stay the same, with little done meanwhile. */
const settledMs = 3_000
const idleCpuMs = 300
/** Where any port will do. */
const soonMs = 1_000

/** Judges sight after sight; times are milliseconds from the start. */
export function createSettling({ ports, isAsked, patienceMs }: Expected) {
  let sockets = ''
  let changedMs = 0
  let busyMs = 0
  let cpuMs = 0
  return (sight: ContainerSight, atMs: number): Finding => {
    const seen = sight.listening.join()
    if (seen !== sockets) changedMs = atMs
    sockets = seen
    if ((sight.cpuMs ?? 0) - cpuMs > idleCpuMs) {
      busyMs = atMs
      cpuMs = sight.cpuMs ?? 0
    }
    const now = classify(sight.listening, ports)
    if (now.kind === 'listens') return now
    const sameMs = atMs - changedMs
    if (now.kind === 'elsewhere' && !isAsked)
      return sameMs >= soonMs ? { kind: 'listens', port: now.port } : starting
    const isSettled = Math.min(sameMs, atMs - busyMs) >= settledMs
    if (!isSettled || (now.kind === 'nothing' && atMs < patienceMs)) return starting
    return now
  }
}

const starting: Finding = { kind: 'starting' }

/** What it does at this moment. */
export function classify(
  listening: readonly string[],
  ports: readonly number[],
): Exclude<Finding, { kind: 'starting' }> {
  const reachable = listening.filter((address) => !isLoopback(address)).map(portOf)
  const expected = ports.find((port) => reachable.includes(port))
  if (expected !== undefined) return { kind: 'listens', port: expected }
  if (reachable.length > 0) return { kind: 'elsewhere', port: Math.min(...reachable) }
  return { kind: listening.length > 0 ? 'loopback_only' : 'nothing' }
}
