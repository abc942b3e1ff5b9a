import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

export interface ProbeRequest {
  /** The app's URL, without a path. */
  readonly url: string
  readonly path: string
  /** All tries together. */
  readonly timeoutMs: number
  /** Between two tries; a second unless given. */
  readonly pauseMs?: number
  readonly signal?: AbortSignal
}

/** What a GET from outside got; without a status nothing answered. */
export interface Probe {
  readonly url: string
  readonly status: number | undefined
  readonly latencyMs: number
  /** The first 500 characters of the body. */
  readonly bodyExcerpt: string
  /** Where a 3xx points to. */
  readonly redirect: string | undefined
  readonly error: string | undefined
}

export type SendProbe = (request: ProbeRequest) => Promise<Probe>

const excerptChars = 500
/** Fly starts a stopped machine at most once a second: asking more often only delays it. */
const leastPauseMs = 1_000
/** Answers that a proxy gives while a machine wakes up. */
const wakingStatuses = new Set([502, 503, 504])

/** GET without following redirects, repeated until something other than a waking proxy answers. */
export const sendProbe: SendProbe = async (request) => {
  const { pauseMs = leastPauseMs } = request
  const deadline = performance.now() + request.timeoutMs
  for (;;) {
    const probe = await getOnce(request, Math.max(1, deadline - performance.now()))
    const isWaking = probe.status === undefined || wakingStatuses.has(probe.status)
    if (!isWaking || performance.now() + pauseMs >= deadline || request.signal?.aborted)
      return probe
    await sleep(pauseMs, undefined, request.signal ? { signal: request.signal } : {}).catch(
      () => {},
    )
  }
}

async function getOnce({ url, path, signal }: ProbeRequest, timeoutMs: number): Promise<Probe> {
  const target = new URL(path, url)
  const startedAt = performance.now()
  const latencyMs = () => Math.round(performance.now() - startedAt)
  const limit = AbortSignal.timeout(Math.ceil(timeoutMs))
  const answered = { url: target.href, redirect: undefined, error: undefined }
  try {
    const response = await fetch(target, {
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      headers: { 'user-agent': 'flyops', accept: '*/*' },
    })
    const bodyExcerpt = await readExcerpt(response)
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    return {
      ...answered,
      status: response.status,
      latencyMs: latencyMs(),
      bodyExcerpt,
      redirect: location === null ? undefined : new URL(location, target).href,
    }
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${Math.round(timeoutMs)} ms` : reasonOf(error)
    return {
      ...answered,
      status: undefined,
      latencyMs: latencyMs(),
      bodyExcerpt: '',
      error: reason,
    }
  }
}

/** Reads no more of the body than the excerpt needs: it may be endless. */
async function readExcerpt(response: Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length >= excerptChars) break
  }
  return stripVTControlCharacters(text.slice(0, excerptChars)).trim()
}

/** fetch hides the reason ("connect ECONNREFUSED …") in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  const { cause } = error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : error.message
}
