import { setTimeout as sleep } from 'node:timers/promises'
import type { AppStatus, Flyctl } from '../fly/flyctl.js'
import type { Probe, SendProbe } from './probe.js'
import { judge, type Verdict } from './verdict.js'

export interface HealthRequest {
  readonly app: string
  /** Path of the GET; unless given, the deployed check's, and no GET where no service takes HTTP. */
  readonly path?: string | undefined
  readonly expectedText?: string | undefined
  readonly expectedDigest?: string | undefined
  /** What was seen just now, and need not be asked again. */
  readonly seen?: AppStatus | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HealthReport {
  readonly status: AppStatus
  readonly probe: Probe | undefined
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

export interface HealthParts {
  readonly flyctl: Pick<Flyctl, 'status'>
  readonly sendProbe: SendProbe
}

const pollMs = 1_000

/**
 * Status, checks and an outside GET, judged. A machine that the GET wakes is given the rest of the
 * time to pass its checks. Raises what `flyctl status` raises.
 */
export async function assessHealth(
  parts: HealthParts,
  request: HealthRequest,
): Promise<HealthReport> {
  const deadline = performance.now() + request.timeoutMs
  const before = request.seen ?? (await parts.flyctl.status(request.app, request))
  const probe = await probeApp(parts, request, before)
  const woken = before.machines.some(({ state }) => state !== 'started')
  const after =
    woken && probe !== undefined ? await parts.flyctl.status(request.app, request) : before
  const report = toReport(request, after, probe)
  if (!woken || report.verdict === 'healthy') return report
  return pollUntilHealthy(parts, request, { report, deadline })
}

export interface Settling {
  readonly report: HealthReport
  /** On performance.now()'s clock. */
  readonly deadline: number
}

/** Looks again each second while checks may still come to pass; the last report where they do not. */
export async function pollUntilHealthy(
  parts: HealthParts,
  request: HealthRequest,
  { report, deadline }: Settling,
): Promise<HealthReport> {
  let latest = report
  while (
    mayImprove(latest, request) &&
    performance.now() + pollMs < deadline &&
    !request.signal?.aborted
  ) {
    await sleep(pollMs)
    const status = await parts.flyctl.status(request.app, request)
    const timeoutMs = Math.max(pollMs, deadline - performance.now())
    const probe = await probeApp(
      parts,
      { ...request, timeoutMs: Math.min(timeoutMs, 5_000) },
      status,
    )
    latest = toReport(request, status, probe)
  }
  return latest
}

/** A redirect, a machine that nothing starts, or another image everywhere does not heal by waiting. */
function mayImprove(
  { verdict, probe, status: { machines } }: HealthReport,
  { expectedDigest }: HealthRequest,
): boolean {
  if (verdict === 'healthy' || verdict === 'stopped' || probe?.redirect !== undefined) return false
  if (expectedDigest === undefined) return machines.length > 0
  return machines.some(({ imageDigest }) => imageDigest === expectedDigest)
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

function toReport(
  request: HealthRequest,
  status: AppStatus,
  probe: Probe | undefined,
): HealthReport {
  const { expectedDigest, expectedText } = request
  return { status, probe, ...judge({ status, probe, expectedDigest, expectedText }) }
}
