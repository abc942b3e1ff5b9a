import { FlyopsError, type Warning } from '../errors.js'
import { evidenceOf } from '../fly/failures.js'
import type { DeployEnding } from '../fly/flyctl.js'
import { assessHealth, type HealthReport, pollUntilHealthy } from '../health/assess.js'
import { lastLines } from '../process/tail.js'
import type { PlannedConfig } from './deploy-config.js'
import { interrupted, rollOutFailed, unhealthy } from './deploy-failures.js'
import type { DeployInput } from './deploy-input.js'
import type { DeployableImage } from './deployable-image.js'
import type { ToolContext } from './tool.js'

export interface Rollout {
  readonly report: HealthReport
  readonly release: number | undefined
  readonly warnings: readonly Warning[]
}

export interface RolloutRequest {
  readonly request: DeployInput
  readonly config: PlannedConfig
  readonly image: DeployableImage
}

/** After SIGINT flyctl marks its release as interrupted; it is never killed, for that leaves leases. */
const interruptMs = 10_000
const failureProbeMs = 5_000
const leastSettleMs = 30_000
const nameMs = 60_000

/**
 * Runs `flyctl deploy` and judges the app by evidence, whatever flyctl's exit status says. A cancelled
 * request does not end it; only the end of flyops does. Raises `unhealthy`, `deploy_failed` and what
 * flyctl's texts mean.
 */
export async function rollOut(rollout: RolloutRequest, context: ToolContext): Promise<Rollout> {
  const ending = await runDeploy(rollout, context)
  if (ending.result.outcome === 'cancelled') throw interrupted(rollout)
  const isDone = ending.result.outcome === 'ok'
  const report = await judgeRollout(rollout, context, isDone)
  const isNew = report.status.machines.some(({ release }) => isNewer(release, rollout))
  const works = report.verdict === 'healthy' || report.verdict === 'degraded'
  if (
    !isDone &&
    !(works && report.status.machines.every(({ release }) => isNewer(release, rollout)))
  ) {
    throw await rollOutFailed({ rollout, ending, report, isNew }, context)
  }
  if (!works) throw await unhealthy({ rollout, ending, report, isNew }, context)
  return { report, release: releaseOf(ending, report), warnings: warningsOf(ending, report) }
}

function isNewer(release: number | undefined, { image }: RolloutRequest): boolean {
  return release !== undefined && release > image.before.release
}

function runDeploy(
  { request, config }: RolloutRequest,
  context: ToolContext,
): Promise<DeployEnding> {
  return context.flyctl.deploy(
    {
      app: request.app,
      configPath: config.path,
      image: request.image,
      ha: request.ha,
      waitTimeout: request.wait_timeout,
      strategy: request.strategy,
      cwd: config.folder,
    },
    {
      signal: context.shutdown,
      stops: [
        { afterMs: context.deployGraceMs, signal: 'SIGINT' },
        { afterMs: interruptMs, signal: 'SIGTERM' },
      ],
      onProgress: context.progress,
    },
  )
}

/** After a roll-out that flyctl believes in, checks get their grace period; after a failed one, one look. */
async function judgeRollout(
  { request, config, image }: RolloutRequest,
  context: ToolContext,
  isDone: boolean,
) {
  context.progress({ message: 'checking the health from outside' })
  const settleMs = Math.max(leastSettleMs, config.composed.gracePeriodMs + leastSettleMs / 2)
  const deadline = performance.now() + settleMs
  const health = {
    app: request.app,
    path: config.composed.checkPath,
    expectedDigest: image.digest,
    timeoutMs: isDone ? settleMs : failureProbeMs,
    signal: context.shutdown,
  }
  const report = await assessHealth(context, health)
  if (!isDone) return report
  const settled = await pollUntilHealthy(context, health, { report, deadline })
  if (!isUnresolved(settled)) return settled
  context.progress({ message: 'waiting until the new name is known' })
  return pollUntilHealthy(context, health, {
    report: settled,
    deadline: performance.now() + nameMs,
  })
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
    const said = lastLines(evidenceOf(result), 3)
    const text = `flyctl ended with exit status ${result.exitCode}, although the app runs the image: ${said}`
    warnings.push({ code: 'flyctl_failed', cosmetic: false, text })
  }
  return warnings
}

/** Ends the wait, and not the work, when the caller cancels. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>, app: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () =>
      reject(
        new FlyopsError(
          'cancelled',
          'deploy',
          `Nobody waits for the deploy of ${app} any more; the deploy goes on.`,
          {
            remedy: 'Look at the app in a minute.',
            next: [{ tool: 'check_health', arguments: { app }, why: 'shows how the deploy ended' }],
          },
        ),
      )
    if (signal.aborted) stopWaiting()
    signal.addEventListener('abort', stopWaiting, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stopWaiting))
  })
}
