import { FlyopsError, type NextCall, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { assessHealth, type HealthReport, pollUntilHealthy } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { afterCheck } from '../health/next.js'
import { readFailingLog } from '../logs/failing-log.js'
import { next } from '../next.js'
import type { SetSecretsInput } from './input.js'

/** What is told of an app that was started again with its secrets. */
export interface Restarted {
  /** The one that has them. */
  readonly release?: number
  readonly verdict?: HealthReport['verdict']
  readonly reasons: string[]
  readonly warnings: Warning[]
}

export interface Restart {
  readonly request: SetSecretsInput
  readonly before: AppStatus
  readonly setting: () => Promise<void>
}

const settleMs = 30_000

/**
 * Starts an app's machines again by `setting` its secrets, and judges what runs then, whatever flyctl says: it takes
 * crashes of before for new ones (flyctl 2026.8, leasable_machine.go). Raises what `setting` raises where no machine
 * was started again, and `unhealthy`.
 */
export async function restartWith(
  { request, before, setting }: Restart,
  context: ToolContext,
): Promise<Restarted> {
  const failure = await setting().catch((error: unknown) => {
    if (error instanceof FlyopsError && !context.signal.aborted) return error
    throw error
  })
  const restartedOf = ({ machines }: AppStatus) =>
    machines.filter(({ release = 0 }) => release > before.release)
  // flyctl starts them itself: what it has not started when it ends, nobody starts.
  const now = () => context.flyctl.status(before.name, context)
  if (failure !== undefined && restartedOf(await now()).length === 0) throw failure
  const report = await judgeRestart(before.name, context)
  const { verdict, reasons, status } = report
  const started = restartedOf(status)
  const isWhole = started.length === status.machines.length
  // Machines at rest get the secrets when they are started next.
  if (verdict === 'stopped' && isWhole) return { reasons: [...reasons], warnings: [] }
  const works = verdict === 'healthy' || verdict === 'degraded'
  if (!works || !isWhole)
    throw await notWorking({ request, report, started: started.length }, context)
  const warnings = failure === undefined ? [] : [flyctlFailed(failure)]
  return { release: status.release, verdict, reasons: [...reasons], warnings }
}

async function judgeRestart(app: string, context: ToolContext): Promise<HealthReport> {
  context.progress({ message: 'checking the health from outside', stage: 'health' })
  const deadline = performance.now() + settleMs
  const request = { app, isNew: true, timeoutMs: settleMs, signal: context.signal }
  const report = await assessHealth(context, request)
  return pollUntilHealthy(context, request, { report, deadline })
}

function flyctlFailed({ evidence = '' }: FlyopsError): Warning {
  const [said = ''] = evidence.split('\n').filter((line) => line.startsWith('Error: '))
  const text = `flyctl ended with an error, for which it also counts crashes of before. The verdict here is that of what runs since: every machine has started again with the secrets. flyctl said: ${said}`
  return { code: 'flyctl_failed', cosmetic: true, text }
}

interface Failed {
  readonly request: SetSecretsInput
  readonly report: HealthReport
  /** How many machines were started again. */
  readonly started: number
}

async function notWorking(
  { request, report, started }: Failed,
  context: ToolContext,
): Promise<FlyopsError> {
  const { status, verdict, reasons } = report
  const all = status.machines.length
  const log = await readFailingLog(report, context)
  const because = log.cause ?? reasons[0] ?? ''
  const calls = await afterCheck(report, context)
  const isWhole = started === all
  const how = isWhole ? 'its machines' : `only ${started} of its ${all} machines`
  return new FlyopsError(
    'unhealthy',
    'deploy',
    `The secrets of ${status.name} are set and ${how} started again, but it is ${verdict}: ${because}`,
    {
      remedy: `Repair what the reasons name; the secrets stay set${isWhole ? '' : ', and reach the other machines when they are set again'}.`,
      next: isWhole ? calls : withTheRest(calls, request),
      evidence: [...reasons, log.text].filter((part) => part !== '').join('\n'),
    },
  )
}

/** After the first, which shows why: once that is repaired, the same call starts the machines that are left. */
function withTheRest(
  [first, ...others]: readonly NextCall[],
  request: SetSecretsInput,
): readonly NextCall[] {
  const again = next.setSecrets(request, 'once that is repaired: starts the machines that are left')
  return [...(first === undefined ? [] : [first]), again, ...others].slice(0, 3)
}
