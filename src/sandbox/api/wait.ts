import type { Platform } from '../platform/platform.js'

export interface StateWait {
  readonly machine: string
  readonly states: readonly string[]
  readonly timeoutMs: number
  /** The client went away. */
  readonly signal: AbortSignal
}

/** What flyctl calls `settled`: any state that nothing is on its way from. */
const settled: readonly string[] = ['started', 'stopped', 'suspended', 'failed', 'destroyed']

/** Resolves with true as soon as the machine is in one of the states, with false after the time. */
export function waitForState(platform: Platform, wait: StateWait): Promise<boolean> {
  const states = wait.states.flatMap((state) => (state === 'settled' ? settled : state))
  const isReached = () => states.includes(platform.machines.find(wait.machine)?.state ?? '')
  if (isReached()) return Promise.resolve(true)
  return new Promise((resolve) => {
    function end(reached: boolean): void {
      clearTimeout(timer)
      unsubscribe()
      wait.signal.removeEventListener('abort', giveUp)
      resolve(reached)
    }
    const giveUp = () => end(false)
    const timer = setTimeout(giveUp, wait.timeoutMs)
    wait.signal.addEventListener('abort', giveUp)
    const unsubscribe = platform.subscribe(() => {
      if (isReached()) end(true)
    })
  })
}
