import type { ProgressUpdate } from '../progress.js'
import type { Job } from './job.js'

export interface Wait {
  /** Infinity waits for the end. */
  readonly waitMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
  readonly onProgress: (update: ProgressUpdate) => void
}

/** Waits until a job has ended, the time is over, or the caller is gone. */
export async function waitForJob(
  job: Job,
  { waitMs, signal, onProgress }: Wait,
): Promise<'ended' | 'running' | 'caller_gone'> {
  const { lastLine, percent } = job.snapshot()
  if (lastLine !== '')
    onProgress({ message: lastLine, ...(percent === undefined ? {} : { percent }) })
  const unwatch = job.watch(onProgress)
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    return await Promise.race([
      job.ended.then(() => 'ended' as const),
      new Promise<'caller_gone'>((resolve) => {
        onAbort = () => resolve('caller_gone')
        signal.addEventListener('abort', onAbort, { once: true })
        if (signal.aborted) onAbort()
      }),
      ...(Number.isFinite(waitMs)
        ? [
            new Promise<'running'>((resolve) => {
              timer = setTimeout(() => resolve('running'), waitMs)
            }),
          ]
        : []),
    ])
  } finally {
    unwatch()
    clearTimeout(timer)
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}
