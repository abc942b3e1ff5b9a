import type { Warning } from '../../errors.js'
import { errorLineOf, evidenceOf } from '../../fly/failures.js'
import type { AppStatus, DeployEnding } from '../../fly/flyctl.js'
import { assessHealth, type HealthReport, pollUntilHealthy } from '../../health/assess.js'
import type { Stop } from '../../process/command.js'
import { lastLines } from '../../process/tail.js'
import type { ToolContext } from '../context.js'
import { crashed, rollOutFailed, unhealthy } from './failures.js'
import { deployArguments } from './input.js'
import { hasIt, type RolloutRequest } from './rollout-request.js'
import { needsSmokeChecks } from './smoke-checks.js'
import { interrupted, notJudged } from './stopped.js'
import { type Watched, watchRollout } from './watch.js'

export interface Rollout {
  readonly report: HealthReport
  readonly release: number | undefined
  readonly warnings: readonly Warning[]
}

/** After SIGINT flyctl marks its release as interrupted; it is never killed, for that leaves leases. */
function stopsFor(reason: unknown, deployGraceMs: number): readonly Stop[] {
  return [
    { afterMs: reason === 'shutdown' ? deployGraceMs : 0, signal: 'SIGINT' },
    { afterMs: 10_000, signal: 'SIGTERM' },
  ]
}

const failureProbeMs = 5_000
const leastSettleMs = 30_000
const nameMs = 60_000

/**
 * Runs `flyctl deploy` and judges the app by evidence, whatever flyctl's exit status says. A cancelled
 * request does not end it; only cancel_job, its limits and the end of flyops do. Raises `unhealthy`, `deploy_failed` and what
 * flyctl's texts mean.
 */
export async function rollOut(rollout: RolloutRequest, context: ToolContext): Promise<Rollout> {
  const ending = await runDeploy(rollout, context)
  if (ending.crash !== undefined) throw await crashed(rollout, ending.crash, context)
  if (ending.result.outcome === 'cancelled') throw await interrupted(rollout, context)
  const isDone = ending.result.outcome === 'ok'
  const report = await judgeRollout(rollout, context, ending).catch((error: unknown) => {
    throw context.signal.aborted ? notJudged(rollout) : error
  })
  const isNew = report.status.machines.some((machine) => hasIt(machine, rollout))
  const works = report.verdict === 'healthy' || report.verdict === 'degraded'
  const isRolledOut = report.status.machines.every((machine) => hasIt(machine, rollout))
  if (!isDone && !(works && isRolledOut)) {
    throw await rollOutFailed({ rollout, ending, report, isNew }, context)
  }
  if (!works) throw await unhealthy({ rollout, ending, report, isNew }, context)
  return { report, release: releaseOf(ending, report), warnings: warningsOf(ending, report) }
}

interface Deployed extends DeployEnding, Watched {}

/** Runs flyctl, and interrupts it where a machine will not come up. */
async function runDeploy(rollout: RolloutRequest, context: ToolContext): Promise<Deployed> {
  const { request, config, image } = rollout
  const { composed } = config
  const smokeChecks = needsSmokeChecks({ ...image.before, composed, ha: request.ha })
  const chosen = { configPath: config.path, smokeChecks }
  const [stopping, allUp] = [new AbortController(), new AbortController()]
  const ended = new AbortController()
  const marks = { ended: ended.signal, allUp: allUp.signal }
  const watching = watchRollout(rollout, context, marks).then((watched) => {
    if (watched.crash !== undefined) stopping.abort()
    return watched
  })
  const signal = AbortSignal.any([context.signal, stopping.signal])
  const options = {
    signal,
    stops: (reason: unknown) => stopsFor(reason, context.deployGraceMs),
    onStart: context.guard,
    onProgress: context.progress,
    onAllUp: () => allUp.abort(),
    // What flyctl says of its interruption, "context canceled", is no news.
    onOutput: (line: string) => (signal.aborted ? undefined : context.output(line)),
  }
  try {
    const deploy = { ...deployArguments(request, chosen), cwd: config.folder }
    const ending = await context.flyctl.deploy(deploy, options)
    ended.abort()
    const { crash, last } = await watching
    const isOurs = ending.result.outcome === 'cancelled' && !context.signal.aborted
    return { ...ending, crash: isOurs ? crash : undefined, last }
  } finally {
    ended.abort()
  }
}

/**
 * After a roll-out that flyctl believes in, checks get their grace period; so do they where flyctl failed
 * before it had waited for them. After any other failure, one look.
 */
async function judgeRollout(
  rollout: RolloutRequest,
  context: ToolContext,
  { result, last }: Deployed,
) {
  const { request, config, image } = rollout
  const isDone = result.outcome === 'ok'
  context.progress({ message: 'checking the health from outside', stage: 'health' })
  const settleMs = Math.max(leastSettleMs, config.composed.gracePeriodMs + leastSettleMs / 2)
  const deadline = performance.now() + settleMs
  const health = {
    app: request.app,
    path: config.composed.checkPath,
    expectedDigest: image.digest,
    isNew: true,
    seen: last !== undefined && isWhole(last, rollout) ? last : undefined,
    timeoutMs: isDone ? settleMs : failureProbeMs,
    signal: context.signal,
    onLook: tellingReasons(context),
  }
  const report = await assessHealth(context, health)
  if (!isDone && !mayComeUp(report, rollout, result)) return report
  const settled = await pollUntilHealthy(context, health, { report, deadline })
  if (!isUnresolved(settled)) return settled
  context.progress({ message: 'waiting until the new name is known' })
  return pollUntilHealthy(context, health, {
    report: settled,
    deadline: performance.now() + nameMs,
  })
}

/** Whether a machine of each process group was there, and each had the release: what a GET needs to know. */
function isWhole({ machines }: AppStatus, rollout: RolloutRequest): boolean {
  const groups = rollout.config.composed.machines.map(({ group }) => group)
  return (
    machines.every((machine) => hasIt(machine, rollout)) &&
    groups.every((group) => machines.some(({ processGroup }) => processGroup === group))
  )
}

/** Tells what is still wrong, each time that it is something else. */
function tellingReasons({ progress }: ToolContext): (report: HealthReport) => void {
  let told = ''
  return ({ verdict, reasons: [message = ''] }) => {
    if (verdict === 'healthy' || message === told) return
    told = message
    progress({ message, stage: 'health' })
  }
}

/**
 * Every machine has the release and none has ended; flyctl has not waited for the checks in vain. That the app
 * "appears to be crashing" proves nothing: flyctl also counts exits of the release before (flyctl 2026.8,
 * leasable_machine.go), as a way back out of a crash loop meets them.
 */
function mayComeUp(
  { status }: HealthReport,
  rollout: RolloutRequest,
  result: DeployEnding['result'],
): boolean {
  const isAppAtFault = /waiting for health checks/.test(result.stderr)
  return (
    !isAppAtFault &&
    status.machines.every((machine) => hasIt(machine, rollout) && machine.lastExit === undefined)
  )
}

/** The name of a new app may take up to a minute to be known everywhere (Fly's documentation). */
function isUnresolved({ probe }: HealthReport): boolean {
  return /ENOTFOUND|EAI_AGAIN/.test(probe?.error ?? '')
}

function releaseOf(ending: DeployEnding, report: HealthReport): number | undefined {
  const carried = report.status.machines.flatMap(({ release }) => release ?? [])
  return ending.release ?? (carried.length === 0 ? undefined : Math.max(...carried))
}

function warningsOf(
  { result, notListening }: DeployEnding,
  { verdict }: HealthReport,
): readonly Warning[] {
  const warnings: Warning[] = []
  if (notListening) {
    warnings.push({
      code: 'not_listening',
      cosmetic: verdict === 'healthy',
      text: 'flyctl did not see the app listen on the expected address in time.',
    })
  }
  if (result.outcome !== 'ok') {
    const said = errorLineOf(result) ?? lastLines(evidenceOf(result), 3)
    const text = `flyctl ended with exit status ${result.exitCode}, although the app runs the image: ${said}`
    warnings.push({ code: 'flyctl_failed', cosmetic: false, text })
  }
  return warnings
}
