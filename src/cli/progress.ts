import type { Writable } from 'node:stream'
import yoctoSpinner from 'yocto-spinner'
import type { ProgressUpdate } from '../progress.js'

/** Where people watch; `isTTY` where it is a terminal. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** Shows how work goes on. */
export interface Progress {
  report(update: ProgressUpdate): void
  /** What follows is the result. */
  stop(): void
}

/** A line for each message that is not the last one's. */
export function createProgressLines(stderr: Writable): Progress {
  let last = ''
  return {
    report({ message }) {
      if (message !== last) stderr.write(`… ${message}\n`)
      last = message
    },
    stop() {},
  }
}

export interface LiveOptions {
  readonly stderr: TerminalStream
  /** Milliseconds of any clock that never goes back. */
  readonly now: () => number
}

const tickMs = 1_000
/** The spinner, a space, and a column that stays free, for some terminals wrap behind the last. */
const besideText = 3

/** One line that is written over: stage, percent, time and the newest message. */
export function createLiveProgress({ stderr, now }: LiveOptions): Progress {
  const startedAt = now()
  // The process ends by itself on signals, and not before its work.
  const spinner = yoctoSpinner({ stream: stderr as NodeJS.WriteStream, handleSignals: false })
  let latest: ProgressUpdate = { message: '' }
  let ticking: NodeJS.Timeout | undefined
  const line = () =>
    describe(latest, now() - startedAt).slice(0, (stderr.columns || 80) - besideText)
  const show = () => {
    spinner.text = line()
  }
  return {
    report(update) {
      latest = { ...(latest.stage === undefined ? {} : { stage: latest.stage }), ...update }
      if (ticking !== undefined) return show()
      spinner.start(line())
      ticking = setInterval(show, tickMs)
    },
    stop() {
      clearInterval(ticking)
      spinner.stop()
    },
  }
}

function describe({ stage, percent, message }: ProgressUpdate, elapsedMs: number): string {
  const parts = [stage, percent === undefined ? undefined : `${Math.round(percent)} %`]
  const known = [...parts, duration(elapsedMs), message].filter((part) => part !== undefined)
  return known.join(' · ').replaceAll(/\s+/g, ' ')
}

/** 75000 ms is 1:15. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
