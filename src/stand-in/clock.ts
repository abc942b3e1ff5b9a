import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or less where the signal is aborted: what is asked for next fails then. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}

export interface Retry {
  /** The first wait, and the longest. */
  readonly fromMs: number
  readonly toMs: number
  readonly signal: AbortSignal
  /** Whether a failure is raised, and not tried again. */
  readonly isFinal: (error: unknown) => boolean
}

/** Does work until it succeeds, with growing waits between. */
export async function retrying<Result>(work: () => Promise<Result>, retry: Retry): Promise<Result> {
  for (const backoff = createBackoff(retry.fromMs, retry.toMs); ; )
    try {
      return await work()
    } catch (error) {
      if (retry.isFinal(error)) throw error
      await sleep(backoff(), retry.signal)
    }
}

/** Growing waits with jitter: doubled from `fromMs` up to `toMs`. */
export function createBackoff(fromMs: number, toMs: number): () => number {
  let limitMs = fromMs
  return () => {
    const waitMs = fromMs + Math.random() * (limitMs - fromMs)
    limitMs = Math.min(toMs, limitMs * 2)
    return waitMs
  }
}
