import { FlyopsError, type NextCall } from '../../errors.js'
import { errorLineOf, evidenceOf, flyctlFailure, matchFailure } from '../../fly/failures.js'
import type { DeployEnding, Machine } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import { faultOfMachine } from '../../health/machine-fault.js'
import { faultsOfRelease } from '../../health/release-faults.js'
import { judge } from '../../health/verdict.js'
import { lastLines } from '../../process/tail.js'
import type { ToolContext } from '../context.js'
import { type FailingLog, readFailingLog } from '../logs/failing-log.js'
import { next as calls } from '../next.js'
import { freeMachines } from './free-machines.js'
import { suggestRepairs } from './repairs.js'
import type { RolloutRequest } from './rollout-request.js'
import type { Crash } from './watch.js'

/** A roll-out that did not end in a working app. */
export interface FailedRollout {
  readonly rollout: RolloutRequest
  readonly ending: DeployEnding
  readonly report: HealthReport
  /** Whether any machine carries the new release. */
  readonly isNew: boolean
}

/** Raised where flyctl failed: what its texts mean, or `unhealthy` where machines were replaced. */
export async function rollOutFailed(
  failed: FailedRollout,
  context: ToolContext,
): Promise<FlyopsError> {
  const { ending, isNew, report, rollout } = failed
  if (isNew && matchFailure(ending.result) === undefined) return unhealthy(failed, context)
  const error = flyctlFailure(ending.result, {
    stage: 'deploy',
    doing: `deploying to ${rollout.request.app}`,
    fallback: 'deploy_failed',
    next: [
      calls.checkHealth({ app: rollout.request.app }, 'shows what runs after the failed deploy'),
    ],
  })
  const halfWay = faultsOfRelease(report.status.machines)
  if (!isNew || halfWay.length === 0) return error
  return error.with({ evidence: [...halfWay, error.evidence ?? ''].join('\n').trim() })
}

/** Raised where flyops stopped the roll-out, for a machine will not come up, or its host stays away. */
export async function crashed(
  rollout: RolloutRequest,
  { machine, status }: Crash,
  context: ToolContext,
): Promise<FlyopsError> {
  const { app } = rollout.request
  if (!machine.hostReachable) return hostIsGone(app, machine)
  const judgement = judge({ status, probe: undefined, expectedDigest: rollout.image.digest })
  const report: HealthReport = { status, probe: undefined, ...judgement }
  const [log] = await Promise.all([
    readFailingLog(report, context),
    freeMachines(rollout, status, context),
  ])
  const cause = faultOfMachine(machine) ?? `Machine ${machine.id} ended by itself.`
  const message = `The roll-out of ${app} was stopped: ${cause}${lastWords(report, log)}`
  return new FlyopsError('unhealthy', 'deploy', message, {
    ...(await whatHelps(rollout, report, context)),
    evidence: [...new Set([cause, ...report.reasons, log.text])]
      .filter((part) => part !== '')
      .join('\n'),
  })
}

/** Nothing has been changed yet, and leases of other machines end within seconds. */
function hostIsGone(app: string, machine: Machine): FlyopsError {
  const cause = faultOfMachine(machine) ?? ''
  return new FlyopsError('deploy_failed', 'deploy', `The deploy of ${app} was stopped: ${cause}`, {
    retry: 'after_wait',
    next: [calls.checkHealth({ app }, 'shows whether the host is there again')],
    evidence: cause,
  })
}

/** Raised where the evidence says that the app does not work; with the calls that may repair it. */
export async function unhealthy(
  { rollout, ending, report }: FailedRollout,
  context: ToolContext,
): Promise<FlyopsError> {
  const { app } = rollout.request
  const log = await readFailingLog(report, context)
  // Of an app that has ended it says nothing that it does not listen either.
  const isSilent = ending.notListening && !report.status.machines.some(({ lastExit }) => lastExit)
  const said = [
    isSilent ? 'flyctl: the app is not listening on the expected address' : '',
    ending.result.outcome === 'ok'
      ? ''
      : `flyctl: ${errorLineOf(ending.result) ?? lastLines(evidenceOf(ending.result), 5)}`,
  ]
  const message = `${describeState(app, report)}${lastWords(report, log)}`
  return new FlyopsError('unhealthy', 'deploy', message, {
    ...(await whatHelps(rollout, report, context)),
    evidence: [...report.reasons, ...said, log.text].filter((part) => part !== '').join('\n'),
  })
}

/** The line in which an app that ended by itself says why. */
function lastWords(report: HealthReport, { cause }: FailingLog): string {
  if (!endedByItself(report) || cause === undefined) return ''
  // More may be said after it.
  return ` It logged: ${cause}${/[.!?…]$/.test(cause) ? '' : '.'}`
}

function endedByItself({ status }: HealthReport): boolean {
  return status.machines.some(({ exits }) => exits.length > 0)
}

async function whatHelps(rollout: RolloutRequest, report: HealthReport, context: ToolContext) {
  const { app } = rollout.request
  const hasEnded = endedByItself(report)
  const next = [
    ...(await suggestRepairs({ ...rollout, report }, context)),
    wayBack(rollout),
    calls.checkHealth({ app }, hasEnded ? 'looks again' : 'the app may only be slow to start'),
  ]
  const remedy =
    'Repair what the reasons name and deploy again, or return to the image of an older release.'
  return { remedy, next }
}

/** Before the first release there is nothing to go back to, and what fails may be the way back itself. */
function wayBack({ request, image, isWayBack }: RolloutRequest): NextCall {
  const { app, context } = request
  return image.before.release === 0 || isWayBack
    ? calls.listReleases({ app }, 'shows what was deployed')
    : calls.rollback({ app, context }, 'returns to the last healthy release')
}

function describeState(app: string, { verdict, reasons, status }: HealthReport): string {
  const [halfWay] = faultsOfRelease(status.machines)
  return halfWay === undefined
    ? `${app} was deployed but is ${verdict}: ${reasons[0] ?? ''}`
    : `The roll-out of ${app} stopped half way, and it is ${verdict}: ${halfWay}`
}
