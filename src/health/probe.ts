import { setTimeout as sleep } from 'node:timers/promises'
import { plainText } from '../process/plain-text.js'
import type { Redact } from '../process/redact.js'
import { type Redirect, readRedirect } from './redirect.js'

export interface ProbeRequest {
  /** The app's URL, without a path. */
  readonly url: string
  /** Asked of the app whatever it looks like: nothing in it names another host. */
  readonly path: string
  /** All tries together. */
  readonly timeoutMs: number
  /** Between two tries; a second unless given. */
  readonly pauseMs?: number
  readonly signal?: AbortSignal
}

/** What a GET from outside got; without a status nothing answered. */
export interface Probe extends Redirect {
  readonly url: string
  readonly status: number | undefined
  /** Until the status came. */
  readonly latencyMs: number
  /** The first 500 characters of the body, without secrets. */
  readonly bodyExcerpt: string
  /** As much of the body as was read, as it came: to be looked into, and not to be told. */
  readonly body: string
  /** Whether the body still went on when it was no longer waited for, as that of server-sent events does. */
  readonly isStream: boolean
  readonly error: string | undefined
}

type Answered = Omit<Probe, 'bodyExcerpt'>

export type SendProbe = (request: ProbeRequest) => Promise<Probe>

const excerptChars = 500
/** Further, so that a secret at the end of the excerpt is known as one. */
const readChars = 2 * excerptChars
/** After the status: it decides, and bodies may be endless. */
const bodyMs = 2_000
/** Fly starts a stopped machine at most once a second: asking more often only delays it. */
const leastPauseMs = 1_000
/** In less no answer can be expected, and that there was none would say nothing. */
const leastTryMs = 500
/** Answers that a proxy gives while a machine wakes up. */
const wakingStatuses = new Set([502, 503, 504])

/** GET without following redirects, repeated until something other than a waking proxy answers. */
export function createSendProbe(redact: Redact): SendProbe {
  return async (request) => {
    const { body, ...probe } = await askUntilAnswered(request)
    const bodyExcerpt = redact(plainText(body)).slice(0, excerptChars).trim()
    return { ...probe, body, bodyExcerpt }
  }
}

async function askUntilAnswered(request: ProbeRequest): Promise<Answered> {
  const { pauseMs = leastPauseMs } = request
  const deadline = performance.now() + request.timeoutMs
  for (;;) {
    const probe = await getOnce(request, Math.max(1, deadline - performance.now()))
    const isWaking = probe.status === undefined || wakingStatuses.has(probe.status)
    const isOver = performance.now() + pauseMs + leastTryMs >= deadline
    if (!isWaking || isOver || request.signal?.aborted) return probe
    await sleep(pauseMs, undefined, request.signal ? { signal: request.signal } : {}).catch(
      () => {},
    )
  }
}

async function getOnce(request: ProbeRequest, timeoutMs: number): Promise<Answered> {
  const { signal } = request
  const target = targetOf(request)
  const startedAt = performance.now()
  const latencyMs = () => Math.round(performance.now() - startedAt)
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeoutMs)
  try {
    const response = await fetch(target, {
      redirect: 'manual',
      signal: signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]),
      headers: { 'user-agent': 'flyops', accept: '*/*' },
    })
    clearTimeout(timer)
    const answered = { url: target.href, status: response.status, latencyMs: latencyMs() }
    const body = await readExcerpt(response, Math.min(bodyMs, Math.max(1, timeoutMs - latencyMs())))
    return { ...answered, ...body, ...readRedirect(response, target), error: undefined }
  } catch (error) {
    return {
      url: target.href,
      status: undefined,
      latencyMs: latencyMs(),
      body: '',
      isStream: false,
      redirect: undefined,
      redirectPath: undefined,
      error: limit.signal.aborted
        ? `no answer within ${Math.round(timeoutMs)} ms`
        : reasonOf(error),
    }
  } finally {
    clearTimeout(timer)
  }
}

/** The path is set and never resolved: "//host/x" resolves to another host, and checks may hold anything. */
function targetOf({ url, path }: ProbeRequest): URL {
  const target = new URL(url)
  const [pathname = '', ...query] = path.split('?')
  target.pathname = pathname
  target.search = query.join('?')
  return target
}

/** Reads no more of the body than the excerpt needs, and no longer than `waitMs`: it may be endless, or packed. */
async function readExcerpt(response: Response, waitMs: number) {
  let body = ''
  let isStream = false
  const reader = response.body?.getReader()
  if (reader === undefined) return { body, isStream }
  const decoder = new TextDecoder()
  const timer = setTimeout(() => {
    isStream = true
    void reader.cancel().catch(() => {})
  }, waitMs)
  try {
    while (body.length < readChars) {
      const { done, value } = await reader.read()
      if (done) break
      body += decoder.decode(value, { stream: true })
    }
  } finally {
    clearTimeout(timer)
    void reader.cancel().catch(() => {})
  }
  return { body: body.slice(0, readChars), isStream }
}

/** fetch hides the reason ("connect ECONNREFUSED …") in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  const { cause } = error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : error.message
}
