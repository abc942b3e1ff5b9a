import { durationMs } from '../../durations.js'
import type { NextCall } from '../../errors.js'
import type { HealthReport } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { PlannedConfig } from '../plan/config.js'
import { exposedPort } from '../plan/exposed-port.js'
import type { DeployInput } from './input.js'

export interface Unhealthy {
  readonly request: DeployInput
  readonly config: PlannedConfig
  readonly report: HealthReport
}

/** Deploys that the evidence itself suggests: another check path, another port, more time to start or to answer. */
export async function suggestRepairs(
  { request, config, report }: Unhealthy,
  context: ToolContext,
): Promise<readonly NextCall[]> {
  const again = (changes: Partial<DeployInput>, why: string) =>
    next.deployImage({ ...request, ...changes }, why)
  const { probe } = report
  if (probe?.redirectPath !== undefined) {
    const why = 'checks do not follow redirects, and this one leads there'
    return [again({ health_path: probe.redirectPath }, why)]
  }
  const exposed = await exposedPort(request.image, context)
  const isSilent = probe !== undefined && (probe.status === undefined || probe.status >= 500)
  if (!isSilent) return []
  if (exposed !== undefined && exposed !== config.composed.internalPort) {
    const why = `nothing answers, and the image exposes port ${exposed}`
    return [again({ internal_port: exposed }, why)]
  }
  if (!mayOnlyBeSlow(report)) return []
  if (answersLate(report)) {
    const why = 'the app takes the request of its check, and answers later than `timeout` allows'
    return [again({ timeout: patientTimeout, ...longerWait(request) }, why)]
  }
  const why = 'the app runs and has not ended: it may only need longer to start'
  return [again(patience(config.composed.gracePeriodMs, request), why)]
}

/** Started on a host that answers, and never ended by itself. */
function mayOnlyBeSlow({ status }: HealthReport): boolean {
  return status.machines.some(
    ({ state, lastExit, hostReachable }) =>
      state === 'started' && lastExit === undefined && hostReachable,
  )
}

/** A check that was not refused, and got no answer in time; in Go's words, as Fly's checks print them. */
function answersLate({ status }: HealthReport): boolean {
  return status.machines.some(({ checks }) =>
    checks.some((check) => /deadline exceeded|Client\.Timeout/.test(check.output)),
  )
}

const patientTimeout = '30s'
const leastGraceMs = 60_000
const leastWaitMs = 300_000

/** Four times the time that was not enough. */
function patience(gracePeriodMs: number, request: DeployInput): Partial<DeployInput> {
  const graceSeconds = Math.ceil(Math.max(leastGraceMs, 4 * gracePeriodMs) / 1000)
  return { grace_period: `${graceSeconds}s`, ...longerWait(request) }
}

function longerWait({ wait_timeout }: DeployInput): Partial<DeployInput> {
  const waitMs = durationMs(wait_timeout ?? '5m') ?? 0
  return waitMs < leastWaitMs ? { wait_timeout: `${leastWaitMs / 60_000}m` } : {}
}
