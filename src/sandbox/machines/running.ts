import { identify, type ProcessIdentity, standingOf } from '../../process/identity.js'
import type { Fault } from '../faults/fault.js'
import type { Ending, RunningContainer } from './containers.js'

/** A machine's container, and what is to become of it. */
export interface Running extends RunningContainer {
  /** Its first process; undefined where that cannot be seen from here. */
  readonly process: ProcessIdentity | undefined
  readonly startedAtMs: number
  /** Until then nothing reaches the app. */
  readonly silentUntilMs: number
  /** How it is told to have ended, where a fault ends it. */
  readonly ending: Ending | undefined
}

const endings: Partial<Readonly<Record<Fault['kind'], Ending>>> = {
  crash: { exitCode: 1, outOfMemory: false },
  oom: { exitCode: 137, outOfMemory: true },
}

/** One that has just started, and meets that fault. */
export function runningFrom(
  container: RunningContainer,
  fault: Fault | undefined,
  nowMs: number,
): Running {
  return {
    ...container,
    process: identify(container.pid),
    startedAtMs: nowMs,
    silentUntilMs: fault?.kind === 'slow-start' ? nowMs + fault.seconds * 1000 : 0,
    ending: fault && endings[fault.kind],
  }
}

/**
 * Whether nothing may reach it. One that a fault is about to end must not serve for a moment; and where one has ended,
 * another may get its address before the engine tells of the end.
 */
export function isSilent({ ending, silentUntilMs, process }: Running, nowMs: number): boolean {
  const hasEnded = process !== undefined && standingOf(process) === 'ended'
  return hasEnded || ending !== undefined || silentUntilMs > nowMs
}
