import { setTimeout as sleep } from 'node:timers/promises'
import { type JobAnswer, summarizeJob } from '../flow/jobs/answer.js'
import type { Job } from '../jobs/job.js'
import { keepMs } from '../jobs/jobs.js'
import { cutText } from '../process/plain-text.js'
import { shownMessageChars } from '../progress.js'
import { outcomeOf, type Tool } from '../tools/tool.js'
import type { Task } from './backend.js'
import { type Audience, resultOf, toResult } from './result.js'

const pollIntervalMs = 2_000

/** A job of this process, as its client knows it. */
export function taskOfJob(job: Job, tool: Tool, audience: Audience): Task {
  const { percent, lastLine, updatedAt } = job.snapshot()
  const common = {
    taskId: job.id,
    createdAt: job.createdAt.toISOString(),
    lastUpdatedAt: updatedAt.toISOString(),
    pollIntervalMs,
    changed: (signal: AbortSignal) => nextChange(job, updatedAt, signal),
  }
  const outcome = outcomeOf(tool, job)
  if (outcome === undefined) {
    const shown = percent === undefined ? lastLine : `${Math.round(percent)} %: ${lastLine}`
    const statusMessage = told(shown, audience)
    return { ...common, status: 'working', statusMessage, ttlMs: null, payload: {} }
  }
  const ttlMs = updatedAt.getTime() - job.createdAt.getTime() + keepMs
  if ('error' in outcome && outcome.error.code === 'cancelled') {
    const statusMessage = told(outcome.error.message, audience)
    return { ...common, status: 'cancelled', statusMessage, ttlMs, payload: {} }
  }
  return { ...common, ...completed(resultOf(outcome, audience)), ttlMs }
}

/** What is written down of it; ISO 8601. */
interface EarlierWork {
  readonly id: string
  readonly startedAt: string
  readonly endedAt: string | undefined
}

/**
 * What an earlier process, or another one, did: its result is what get_job answers, for the tool's own died with the
 * process. An answer that is an error has no structured part, which clients would hold against the tool's schema.
 */
export function taskOfOperation(
  { id, startedAt, endedAt }: EarlierWork,
  answer: JobAnswer,
  audience: Audience,
): Task {
  const summary = summarizeJob(answer)
  const common = {
    taskId: id,
    createdAt: startedAt,
    lastUpdatedAt: endedAt ?? startedAt,
    ttlMs: null,
    pollIntervalMs,
    // Another process tells nothing by itself.
    changed: (signal: AbortSignal) => sleep(pollIntervalMs, undefined, { signal }).catch(() => {}),
  }
  const { status } = answer
  if (status === 'running' || status === 'cancelled') {
    const statusMessage = told(summary, audience)
    const shown = status === 'running' ? 'working' : 'cancelled'
    return { ...common, status: shown, statusMessage, payload: {} }
  }
  const { content, structuredContent } = toResult({ output: answer, summary }, audience)
  const result = status === 'done' ? { content, structuredContent } : { content, isError: true }
  return { ...common, ...completed(result) }
}

/** As the call would have been answered that waited for it. */
function completed(result: object): Pick<Task, 'status' | 'payload'> {
  return { status: 'completed', payload: { result: { resultType: 'complete', ...result } } }
}

function told(text: string, { redact }: Audience): string {
  return cutText(redact(text), shownMessageChars)
}

/** At once where it has changed since then. */
function nextChange(job: Job, since: Date, signal: AbortSignal): Promise<void> {
  if (job.snapshot().updatedAt > since) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      unwatch()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const unwatch = job.watch(done)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
    void job.ended.then(done)
  })
}
