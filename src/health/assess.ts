import { setTimeout as sleep } from 'node:timers/promises'
import type { AppStatus, Flyctl, Machine } from '../fly/flyctl.js'
import { atFirstSight, keepsEnding } from './exits.js'
import { isAtRest } from './machine-fault.js'
import type { Probe, SendProbe } from './probe.js'
import { createSightings, type Sightings } from './sightings.js'
import { type Judgement, judge } from './verdict.js'

export interface HealthRequest {
  readonly app: string
  /** Path of the GET; unless given, the deployed check's, and no GET where no service takes HTTP. */
  readonly path?: string | undefined
  readonly expectedText?: string | undefined
  readonly expectedDigest?: string | undefined
  /** Whether its machines have just been updated. */
  readonly isNew?: boolean | undefined
  /** Whether the look before the GET is enough where all is well: of many apps each look costs a process. */
  readonly isQuick?: boolean | undefined
  /** What was seen before, in place of the look before the GET. */
  readonly seen?: AppStatus | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Hears of each look while the verdict may still change. */
  readonly onLook?: (report: HealthReport) => void
}

export interface HealthReport extends Judgement {
  readonly status: AppStatus
  readonly probe: Probe | undefined
}

export interface HealthParts {
  readonly flyctl: Pick<Flyctl, 'status'>
  readonly sendProbe: SendProbe
}

const pollMs = 1_000
/** Where only time is missing, fewer looks do. */
const longestPollMs = 3_000
/** An app that is seen to crash is asked for no longer: the answer is known. */
const crashingProbeMs = { atLeisure: 3_000, quickly: 1_000 }
const laterProbeMs = 5_000

/**
 * Status, checks and an outside GET, judged; the machines are looked at before the GET, which may wake or end them, and
 * after it. Those that it wakes, and those that no check watches and that have just started, are given the rest of the
 * time. Raises what `flyctl status` raises.
 */
export async function assessHealth(
  parts: HealthParts,
  request: HealthRequest,
): Promise<HealthReport> {
  const deadline = performance.now() + request.timeoutMs
  const before = request.seen ?? (await parts.flyctl.status(request.app, request))
  const isEnding = before.machines.some((machine) => keepsEnding(machine, atFirstSight()))
  const enoughMs = request.isQuick ? crashingProbeMs.quickly : crashingProbeMs.atLeisure
  const timeoutMs = isEnding ? Math.min(request.timeoutMs, enoughMs) : request.timeoutMs
  const report = await look(parts, { ...request, timeoutMs }, { before })
  const isWaking = before.machines.some(({ state }) => state !== 'started')
  const isSettled = isEnding || !(isWaking || report.isYoung)
  const settled = isSettled ? report : await pollUntilHealthy(parts, request, { report, deadline })
  return telling(settled, wokenBetween(before, settled))
}

export interface Settling {
  readonly report: HealthReport
  /** On performance.now()'s clock. */
  readonly deadline: number
}

/** Looks again, most often each second, while the verdict may still change for the better; the last report where it does not. */
export async function pollUntilHealthy(
  parts: HealthParts,
  request: HealthRequest,
  { report, deadline }: Settling,
): Promise<HealthReport> {
  const sightings = createSightings()
  sightings.see(report.status.machines)
  let latest = report
  while (latest.mayChange && performance.now() + pollMs < deadline && !request.signal?.aborted) {
    const pauseMs = Math.min(latest.provenInMs ?? 0, longestPollMs, deadline - performance.now())
    await sleep(Math.max(pauseMs, pollMs))
    const leftMs = Math.max(pollMs, deadline - performance.now())
    const again = { ...request, timeoutMs: Math.min(leftMs, laterProbeMs) }
    latest = await look(parts, again, { before: latest.status, sightings })
    request.onLook?.(latest)
  }
  return latest
}

interface Glance {
  readonly before: AppStatus
  /** What earlier looks saw; undefined at the first. */
  readonly sightings?: Sightings
}

/** One GET, and what is seen of the machines after it. */
async function look(
  parts: HealthParts,
  request: HealthRequest,
  { before, sightings }: Glance,
): Promise<HealthReport> {
  const probe = await probeApp(parts, request, before)
  const isUnasked = [request.path, request.expectedText, checkPathOf(before)].every(
    (asked) => asked === undefined,
  )
  const evidence = { ...request, probe, sightings, isUnasked }
  const seen = { status: before, probe, ...judge({ ...evidence, status: before }) }
  const isIdle = before.machines.some(({ state }) => state !== 'started')
  const isEnough = request.isQuick === true && seen.verdict === 'healthy' && !isIdle
  const isFresh = request.seen === undefined && probe === undefined
  if (sightings === undefined && (isFresh || isEnough)) return seen
  const status = await parts.flyctl.status(request.app, request)
  sightings?.see(status.machines)
  return { status, probe, ...judge({ ...evidence, status }) }
}

function checkPathOf({ machines }: AppStatus): string | undefined {
  return machines.find(({ checkPath }) => checkPath !== undefined)?.checkPath
}

async function probeApp(
  { sendProbe }: HealthParts,
  { path, expectedText, timeoutMs, signal }: HealthRequest,
  status: AppStatus,
): Promise<Probe | undefined> {
  const isAsked = path !== undefined || expectedText !== undefined
  const serving = status.machines.find(({ hasService, answersHttp }) =>
    isAsked ? hasService : answersHttp,
  )
  if (serving === undefined) return undefined
  const target = path ?? serving.checkPath ?? '/'
  return sendProbe({ url: status.url, path: target, timeoutMs, ...(signal ? { signal } : {}) })
}

/** The machines that were at rest, and that the GET has started. */
function wokenBetween(before: AppStatus, { status, probe }: HealthReport): readonly Machine[] {
  if (probe === undefined) return []
  const resting = before.machines.filter(isAtRest)
  return status.machines.filter(
    ({ id, state }) => /^start/.test(state) && resting.some((machine) => machine.id === id),
  )
}

function telling(report: HealthReport, woken: readonly Machine[]): HealthReport {
  const [first, ...others] = woken
  if (first === undefined) return report
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const said = `The GET woke machine ${first.id}${more}.`
  return { ...report, reasons: [...report.reasons, said] }
}
