import type { Probe } from '../../health/probe.js'
import { checkRunning, failing, type Running } from './container.js'
import type { Setting } from './image-test.js'

export interface Answered {
  readonly probe: Probe
  /** When the first answer had come, from the start. */
  readonly startupMs: number
  /** What its health checks can ask for; undefined where no path answers 2xx. */
  readonly path: Setting<string> | undefined
}

/** What apps answer health checks by, the most telling first. */
const usualPaths = ['/healthz', '/health', '/up', '/info'] as const
const tryMs = 2_000
const pauseMs = 100

/**
 * Asks until it answers. A path that somebody names must answer 2xx; where nobody does, one that does is looked for, and
 * any answer of `/` below 500 is life. Raises `test_failed`.
 */
export async function findPath(running: Running, port: number): Promise<Answered> {
  const { test, context, elapsedMs } = running
  const asked = test.path?.value ?? '/'
  context.progress({ message: `waiting for an answer to GET ${asked}` })
  const probe = await ask(running, port, asked)
  const startupMs = elapsedMs()
  await checkRunning(running)
  if (isGood(probe) && test.path !== undefined) return { probe, startupMs, path: test.path }
  if (probe.status === undefined) throw await failing(running, { kind: 'silent', port, probe })
  const found = await findGood(running, port, asked, probe)
  await checkRunning(running)
  const measured: Setting<string> | undefined = found && { value: found.path, from: 'measured' }
  if (test.path !== undefined)
    throw await failing(running, { kind: 'answers', path: asked, probe, goodPath: found?.path })
  if (found !== undefined) return { probe: found.probe, startupMs, path: measured }
  if (probe.status < 500) return { probe, startupMs, path: undefined }
  throw await failing(running, { kind: 'answers', path: asked, probe, goodPath: undefined })
}

interface Good {
  readonly path: string
  readonly probe: Probe
}

/** One that answers everything alike says nothing of its health by a path of that name. */
async function findGood(
  running: Running,
  port: number,
  asked: string,
  answer: Probe,
): Promise<Good | undefined> {
  const others = asked === '/' ? usualPaths : ([...usualPaths, '/'] as const)
  for (const path of others) {
    if (running.over.aborted) return undefined
    const probe = await ask(running, port, path, tryMs)
    const isOwn = !isGood(answer) || probe.bodyExcerpt !== answer.bodyExcerpt
    if (isGood(probe) && isOwn) return { path, probe }
  }
  if (isGood(answer)) return { path: asked, probe: answer }
  const { redirectPath: path } = answer
  if (path === undefined) return undefined
  const probe = await ask(running, port, path, tryMs)
  return isGood(probe) ? { path, probe } : undefined
}

function ask(running: Running, port: number, path: string, limitMs?: number): Promise<Probe> {
  const { test, state, context, over, elapsedMs } = running
  return context.sendProbe({
    url: `http://127.0.0.1:${state.publishedPort(port)}`,
    path,
    timeoutMs: limitMs ?? Math.max(tryMs, test.timeoutMs - elapsedMs()),
    pauseMs,
    signal: over,
  })
}

function isGood({ status }: Probe): boolean {
  return status !== undefined && status >= 200 && status < 300
}
