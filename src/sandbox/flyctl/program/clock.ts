import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or less where the signal is aborted: what is asked for next fails then. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}

/** Growing waits with jitter: doubled from `fromMs` up to `toMs`. */
export function createBackoff(fromMs: number, toMs: number): () => number {
  let attempt = 0
  return () => {
    const limitMs = Math.min(toMs, fromMs * 2 ** attempt)
    attempt += 1
    return fromMs + Math.random() * (limitMs - fromMs)
  }
}

/** Nanoseconds, as Go counts them, in milliseconds. */
export function toMs(ns: number): number {
  return ns / 1e6
}
