import { FlyopsError } from '../../errors.js'
import { assessHealth, type HealthReport, pollUntilHealthy } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { afterCheck } from '../health/next.js'
import type { Scaling } from '../plan/scaling.js'

export interface ScaleRequest extends Scaling {
  readonly app: string
  /** What every machine should carry, and answer. */
  readonly digest: string | undefined
  readonly path: string | undefined
}

const settleMs = 60_000

/**
 * Makes machines like those that are there, or destroys spares, and judges what runs then; the caller has the app's
 * lock. Raises what flyctl's texts mean, and `unhealthy`.
 */
export async function scaleMachines(
  { app, group, to, digest, path }: ScaleRequest,
  context: ToolContext,
): Promise<HealthReport> {
  context.progress({ message: `bringing ${group} to ${to} machines`, stage: 'deploy' })
  await context.flyctl.scale({ app, group, count: to }, { ...context, onStart: context.guard })
  context.progress({ message: 'checking the health from outside', stage: 'health' })
  const deadline = performance.now() + settleMs
  const { signal } = context
  const health = { app, path, expectedDigest: digest, timeoutMs: settleMs, signal }
  const seen = await assessHealth(context, health)
  const report = await pollUntilHealthy(context, health, { report: seen, deadline })
  const count = report.status.machines.filter((each) => each.processGroup === group).length
  const works = report.verdict === 'healthy' || report.verdict === 'degraded'
  if (works && count === to) return report
  const what = count === to ? `it is ${report.verdict}: ${report.reasons[0]}` : `there are ${count}`
  const message = `${app} was to have ${to} machines of ${group}, and ${what}`
  throw new FlyopsError('unhealthy', 'deploy', message, {
    remedy: 'What was deployed stays; look at the machines.',
    next: await afterCheck(report, context),
    evidence: report.reasons.join('\n'),
  })
}
