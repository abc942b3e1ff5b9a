import { FlyopsError, type Warning } from '../errors.js'
import { evidenceOf, flyctlFailure, matchFailure } from '../fly/failures.js'
import type { DeployEnding, Machine } from '../fly/flyctl.js'
import { assessHealth, type HealthReport, pollUntilHealthy } from '../health/assess.js'
import { lastLines } from '../process/tail.js'
import type { PlannedConfig } from './deploy-config.js'
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
  return isDone ? pollUntilHealthy(context, health, { report, deadline }) : report
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

interface FailedRollout {
  readonly rollout: RolloutRequest
  readonly ending: DeployEnding
  readonly report: HealthReport
  /** Whether any machine carries the new release. */
  readonly isNew: boolean
}

async function rollOutFailed(failed: FailedRollout, context: ToolContext): Promise<FlyopsError> {
  const { ending, isNew, rollout } = failed
  if (isNew && matchFailure(ending.result) === undefined) return unhealthy(failed, context)
  return flyctlFailure(ending.result, {
    stage: 'deploy',
    doing: `deploying to ${rollout.request.app}`,
    fallback: 'deploy_failed',
    next: [
      {
        tool: 'check_health',
        arguments: { app: rollout.request.app },
        why: 'shows what runs after the failed deploy',
      },
    ],
  })
}

async function unhealthy(
  { rollout, ending, report }: FailedRollout,
  context: ToolContext,
): Promise<FlyopsError> {
  const { app } = rollout.request
  const logs = await failingLogs(report, context)
  const said =
    ending.result.outcome === 'ok' ? '' : `flyctl: ${lastLines(evidenceOf(ending.result), 5)}`
  return new FlyopsError(
    'unhealthy',
    'deploy',
    `${app} was deployed but is ${report.verdict}: ${report.reasons[0] ?? ''}`,
    {
      remedy:
        'Repair what the reasons name and deploy again, or return to the image of an older release.',
      next: [
        { tool: 'list_releases', arguments: { app }, why: 'shows the images to go back to' },
        { tool: 'check_health', arguments: { app }, why: 'the app may only be slow to start' },
      ],
      evidence: [...report.reasons, said, logs].filter((part) => part !== '').join('\n'),
    },
  )
}

/** The last lines of the machine that fails; a token may be allowed to deploy but not to read logs. */
async function failingLogs({ status }: HealthReport, { flyctl }: ToolContext): Promise<string> {
  const failing = status.machines.find(isFailing) ?? status.machines[0]
  if (failing === undefined) return ''
  try {
    const lines = await flyctl.logs(status.name, failing.id)
    const text = lines.map(({ message }) => message).join('\n')
    return text === ''
      ? `machine ${failing.id} logged nothing`
      : `machine ${failing.id} logged:\n${lastLines(text)}`
  } catch {
    return `the logs of machine ${failing.id} are not available to this login`
  }
}

function isFailing({ state, checks, lastExit }: Machine): boolean {
  return (
    state !== 'started' ||
    lastExit !== undefined ||
    checks.some(({ status }) => status !== 'passing')
  )
}

function interrupted({ request }: RolloutRequest): FlyopsError {
  return new FlyopsError(
    'cancelled',
    'deploy',
    `The deploy of ${request.app} was interrupted because flyops had to end.`,
    {
      remedy: 'Look at what runs; a lease of up to 5 minutes may be held before the next deploy.',
      retry: 'after_wait',
      next: [
        {
          tool: 'check_health',
          arguments: { app: request.app },
          why: 'shows which machines were replaced',
        },
      ],
    },
  )
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
