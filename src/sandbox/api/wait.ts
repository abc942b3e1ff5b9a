import { smokeSecondsAtFly } from '../options.js'
import type { Platform } from '../platform/platform.js'

export interface StateWait {
  readonly machine: string
  readonly states: readonly string[]
  readonly timeoutMs: number
  /** How long a machine must be up to be believed. */
  readonly smokeMs: number
  /** The client went away. */
  readonly signal: AbortSignal
}

/** What flyctl calls `settled`: any state that nothing is on its way from. */
const settled: readonly string[] = ['started', 'stopped', 'suspended', 'failed', 'destroyed']

/** Of a start, where machines are believed sooner than at Fly. */
const toldAfterMs = 250

/** How a wait ends: the state came, the machine was destroyed before that, or the time is over. */
export type Waited = 'reached' | 'gone' | 'late'

/**
 * Resolves as soon as the machine is in one of the states, or can come to none of them any more. At a quick pace a start
 * is told when its checks pass, or a moment later: flyctl looks at the checks at once, and then waits for a second.
 */
export async function waitForState(platform: Platform, wait: StateWait): Promise<Waited> {
  const machine = () => platform.machines.find(wait.machine)
  const states = wait.states.flatMap((state) => (state === 'settled' ? settled : state))
  const isReached = () => states.includes(machine()?.state ?? '')
  const isOver = () => isReached() || machine()?.state === 'destroyed'
  if (!(await comesTrue(platform, isOver, wait))) return 'late'
  if (!isReached()) return 'gone'
  if (wait.smokeMs >= smokeSecondsAtFly * 1000) return 'reached'
  const isTold = () =>
    machine()?.state !== 'started' || machine()?.checks.every(({ status }) => status === 'passing')
  await comesTrue(platform, isTold, { ...wait, timeoutMs: toldAfterMs })
  return 'reached'
}

function comesTrue(
  platform: Platform,
  isTrue: () => boolean | undefined,
  { timeoutMs, signal }: Pick<StateWait, 'timeoutMs' | 'signal'>,
): Promise<boolean> {
  if (isTrue()) return Promise.resolve(true)
  return new Promise((resolve) => {
    function end(came: boolean): void {
      clearTimeout(timer)
      unsubscribe()
      signal.removeEventListener('abort', giveUp)
      resolve(came)
    }
    const giveUp = () => end(false)
    const timer = setTimeout(giveUp, timeoutMs)
    signal.addEventListener('abort', giveUp)
    const unsubscribe = platform.subscribe(() => {
      if (isTrue()) end(true)
    })
  })
}
