import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.js'
import type { LineSink } from './line-sink.js'

export interface PostOptions {
  readonly url: string
  /** Sent as a bearer token. */
  readonly token: string | undefined
  readonly log: Log
  readonly times?: Partial<Times>
  readonly maxWaitingChars?: number
}

/** Milliseconds. */
interface Times {
  /** Lines that come within it go together. */
  readonly gather: number
  readonly request: number
  /** Before the second try; each further one waits twice as long, up to the longest. */
  readonly firstPause: number
  readonly longestPause: number
  /** How long a process that ends still tries. */
  readonly flush: number
}

const defaults: Times = {
  gather: 500,
  request: 10_000,
  firstPause: 1_000,
  longestPause: 60_000,
  flush: 3_000,
}
const batchLines = 200
/** Some hundred a line: more than a team does while an address is away for a night. */
const defaultMaxWaitingChars = 8_000_000
/** The address took the request and will never take these lines. */
const refusals = [400, 413, 415, 422]

/**
 * Lines sent by POST to an address (application/x-ndjson), many at once, each at least once. What waits is bounded, for
 * nothing that flyops does waits for them: lines that are lost are counted, and told in the log.
 */
export function postLines(options: PostOptions): LineSink {
  const { log, maxWaitingChars = defaultMaxWaitingChars } = options
  const times = { ...defaults, ...options.times }
  const { host } = new URL(options.url)
  let waiting: readonly string[] = []
  let waitingChars = 0
  let lost = 0
  let sending: Promise<void> | undefined
  /** The first ends pauses, the second requests. */
  let hurry = new AbortController()
  let giveUp = new AbortController()

  function drop(count: number): void {
    waiting = waiting.slice(count)
    waitingChars = waiting.reduce((sum, { length }) => sum + length, 0)
  }
  function lose(count: number): void {
    if (count === 0) return
    lost += count
    log.warn({ host, lost }, 'audit lines were lost')
  }
  const pause = (ms: number) =>
    sleep(ms, undefined, { ref: false, signal: hurry.signal }).catch(() => {})

  async function send(): Promise<void> {
    await pause(times.gather)
    for (let fails = 0; waiting.length > 0; ) {
      const batch = waiting.slice(0, batchLines)
      const limit = AbortSignal.any([giveUp.signal, AbortSignal.timeout(times.request)])
      const answer = await post(batch, options, limit)
      if (answer.kind === 'later') {
        fails += 1
        if (fails === 1) log.warn({ host, why: answer.why }, 'audit lines wait')
        if (hurry.signal.aborted) return
        await pause(Math.min(times.firstPause * 2 ** (fails - 1), times.longestPause))
      } else {
        fails = 0
        drop(batch.length)
        if (answer.kind === 'refused') lose(batch.length)
      }
    }
  }

  return {
    add(line) {
      if (waitingChars + line.length > maxWaitingChars) return lose(1)
      waiting = [...waiting, line]
      waitingChars += line.length
      sending ??= send().finally(() => {
        sending = undefined
      })
    },
    async flush() {
      hurry.abort()
      const limit = setTimeout(() => giveUp.abort(), times.flush)
      await sending
      clearTimeout(limit)
      lose(waiting.length)
      drop(waiting.length)
      hurry = new AbortController()
      giveUp = new AbortController()
    },
  }
}

type Answer =
  | { readonly kind: 'taken' | 'refused' }
  | { readonly kind: 'later'; readonly why: string }

/** Never rejects. No redirect is followed: it would take the token elsewhere. */
async function post(
  lines: readonly string[],
  { url, token }: PostOptions,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: lines.map((line) => `${line}\n`).join(''),
      redirect: 'manual',
      signal,
    })
    await response.body?.cancel()
    const { status, ok } = response
    if (ok) return { kind: 'taken' }
    if (refusals.includes(status)) return { kind: 'refused' }
    return { kind: 'later', why: `it answered ${status}` }
  } catch (error) {
    return { kind: 'later', why: describe(error) }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
