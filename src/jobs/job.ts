import type { Stage } from '../errors.js'
import type { ProgressUpdate } from '../progress.js'

/** Why work is stopped before its end; the reason of the abort that its signal carries. */
export type StopReason = 'caller_gone' | 'cancel_job' | 'shutdown' | 'time_limit' | 'silence_limit'

/** What the work of a job is given. */
export interface Work {
  readonly jobId: string
  /** Aborts with a `StopReason`. */
  readonly signal: AbortSignal
  progress(update: ProgressUpdate): void
  /** A line that a program printed, redacted: for the job's log, and a sign of life. */
  output(line: string): void
}

/** How long work may take, and how long it may say nothing. */
export interface Limits {
  readonly totalMs: number
  readonly silenceMs: number
}

export type Ending<T> =
  | { readonly status: 'done'; readonly value: T }
  | { readonly status: 'failed' | 'cancelled'; readonly error: unknown }

/** A job as it stands. */
export interface JobSnapshot {
  readonly stage: Stage
  readonly percent: number | undefined
  /** What it said last. */
  readonly lastLine: string
  readonly elapsedMs: number
  /** Of the last update, or of its end. */
  readonly updatedAt: Date
}

/** Work that may outlive the call that started it. */
export interface Job<T = unknown> {
  readonly id: string
  readonly tool: string
  /** Whose call started it. */
  readonly owner: string
  readonly createdAt: Date
  /** Never rejects. */
  readonly ended: Promise<Ending<T>>
  /** How it ended; undefined while it runs. */
  ending(): Ending<T> | undefined
  snapshot(): JobSnapshot
  /** The newest lines of its log, oldest first. */
  lines(count: number): readonly string[]
  /** Tells of every update until the returned function is called. */
  watch(listener: (update: ProgressUpdate) => void): () => void
  /** Whether anybody watches. */
  isWatched(): boolean
  /** Asks the work to stop; nothing happens where it has ended. */
  stop(reason: StopReason): void
}
