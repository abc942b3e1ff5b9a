import { randomBytes } from 'node:crypto'
import { FlyopsError, hasCode, type Stage } from '../errors.js'
import type { ProgressUpdate } from '../progress.js'
import type { Ending, Job, JobSnapshot, Limits, StopReason, Work } from './job.js'

export interface JobRequest<T> {
  readonly tool: string
  /** Whose call it is. */
  readonly owner: string
  /** Where the work begins. */
  readonly stage: Stage
  readonly limits: Limits
  run(work: Work): Promise<T>
  /** 32 hexadecimal digits; default: new ones. */
  readonly id?: string
}

const keepLines = 200
const keepLineChars = 500

/** Starts work at once; it is stopped where it exceeds its limits. */
export function startJob<T>(request: JobRequest<T>): Job<T> {
  const { id = randomBytes(16).toString('hex') } = request
  const createdAt = new Date()
  const startedAt = performance.now()
  const stopping = new AbortController()
  const listeners = new Set<(update: ProgressUpdate) => void>()
  const lines: string[] = []
  let latest: { readonly stage: Stage; readonly percent: number | undefined } = {
    stage: request.stage,
    percent: undefined,
  }
  let lastLine = ''
  let updatedAt = createdAt
  let finalMs: number | undefined
  let ending: Ending<T> | undefined

  const stop = (reason: StopReason) => stopping.abort(reason)
  const limit = setTimeout(() => stop('time_limit'), request.limits.totalMs)
  const silence = setTimeout(() => stop('silence_limit'), request.limits.silenceMs)

  const work: Work = {
    jobId: id,
    signal: stopping.signal,
    progress(update) {
      silence.refresh()
      const { stage = latest.stage, percent, message } = update
      latest = { stage, percent: highest(latest.percent, percent) }
      lastLine = cut(message)
      updatedAt = new Date()
      for (const listener of listeners) listener(update)
    },
    output(line) {
      silence.refresh()
      const shown = cut(line)
      if (shown !== '') lastLine = shown
      updatedAt = new Date()
      lines.push(shown)
      if (lines.length > keepLines) lines.shift()
    },
  }

  async function run(): Promise<Ending<T>> {
    try {
      return { status: 'done', value: await request.run(work) }
    } catch (cause) {
      const error = beyondLimit(cause, stopping.signal.reason, request, latest.stage)
      const isCancelled = hasCode(error, 'cancelled')
      return { status: isCancelled ? 'cancelled' : 'failed', error }
    } finally {
      clearTimeout(limit)
      clearTimeout(silence)
      finalMs = elapsed()
      updatedAt = new Date()
    }
  }

  const elapsed = () => finalMs ?? Math.round(performance.now() - startedAt)
  const ended = run().then((result) => {
    ending = result
    return result
  })
  return {
    id,
    tool: request.tool,
    owner: request.owner,
    createdAt,
    ended,
    ending: () => ending,
    snapshot: (): JobSnapshot => ({ ...latest, lastLine, elapsedMs: elapsed(), updatedAt }),
    lines: (count) => (count < 1 ? [] : lines.slice(-count)),
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isWatched: () => listeners.size > 0,
    stop,
  }
}

/** Steps that become known only later must not let it fall. */
function highest(earlier: number | undefined, percent: number | undefined): number | undefined {
  return percent === undefined || earlier === undefined
    ? (percent ?? earlier)
    : Math.max(percent, earlier)
}

const copying = Buffer.alloc(3 * keepLineChars)

/** A copy: a string cut out of a longer one keeps all of that in memory (V8). */
function cut(line: string): string {
  const flat = line.trim()
  const start = copying.toString('utf8', 0, copying.write(flat.slice(0, keepLineChars)))
  return flat.length > keepLineChars ? `${start}…` : start
}

/** Work that was stopped for its limits says so, and not that somebody cancelled it. */
function beyondLimit(
  cause: unknown,
  reason: unknown,
  { tool, limits }: JobRequest<unknown>,
  stage: Stage,
): unknown {
  if (reason !== 'time_limit' && reason !== 'silence_limit') return cause
  const message =
    reason === 'time_limit'
      ? `${tool} took longer than ${limits.totalMs / 1000} s and was stopped.`
      : `${tool} printed nothing for ${limits.silenceMs / 1000} s and was stopped.`
  const remedy =
    'Look at the last output; where the work is only slow, raise the limit (docs/hosting.md, Settings) and call again.'
  const before = cause instanceof FlyopsError ? cause : new FlyopsError('timed_out', stage, message)
  return before.with({ code: 'timed_out', stage, message, remedy, retry: 'once', cause })
}
