import { FlyopsError } from '../errors.js'
import { errorLineOf, evidenceOf, flyctlFailure, matchFailure } from '../fly/failures.js'
import type { DeployEnding, Machine } from '../fly/flyctl.js'
import type { HealthReport } from '../health/assess.js'
import { describeExit } from '../health/verdict.js'
import { lastLines } from '../process/tail.js'
import { suggestRepairs } from './deploy-repairs.js'
import type { RolloutRequest } from './deploy-rollout.js'
import type { ToolContext } from './tool.js'

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

/** Raised where the evidence says that the app does not work; with the calls that may repair it. */
export async function unhealthy(
  { rollout, ending, report }: FailedRollout,
  context: ToolContext,
): Promise<FlyopsError> {
  const { app } = rollout.request
  const logs = await failingLogs(report, context)
  // Of an app that has ended it says nothing that it does not listen either.
  const isSilent = ending.notListening && !report.status.machines.some(({ lastExit }) => lastExit)
  const said = [
    isSilent ? 'flyctl: the app is not listening on the expected address' : '',
    ending.result.outcome === 'ok'
      ? ''
      : `flyctl: ${errorLineOf(ending.result) ?? lastLines(evidenceOf(ending.result), 5)}`,
  ]
  return new FlyopsError(
    'unhealthy',
    'deploy',
    `${app} was deployed but is ${report.verdict}: ${report.reasons[0] ?? ''}`,
    {
      remedy:
        'Repair what the reasons name and deploy again, or return to the image of an older release.',
      next: [
        ...(await suggestRepairs({ ...rollout, report }, context)),
        { tool: 'list_releases', arguments: { app }, why: 'shows the images to go back to' },
        { tool: 'check_health', arguments: { app }, why: 'the app may only be slow to start' },
      ],
      evidence: [...report.reasons, ...said, logs].filter((part) => part !== '').join('\n'),
    },
  )
}

/** The last lines of the machine that fails; a token may be allowed to deploy but not to read logs. */
async function failingLogs({ status }: HealthReport, { flyctl }: ToolContext): Promise<string> {
  const failing = status.machines.find(isFailing) ?? status.machines[0]
  if (failing === undefined) return ''
  const { id, lastExit } = failing
  const ended =
    lastExit === undefined ? '' : `The process of machine ${id} ${describeExit(lastExit)}.\n`
  try {
    const lines = await flyctl.logs(status.name, id)
    const text = lines.map(({ message }) => message).join('\n')
    return text === ''
      ? `${ended}machine ${id} logged nothing`
      : `${ended}machine ${id} logged:\n${lastLines(text)}`
  } catch {
    return `${ended}the logs of machine ${id} are not available to this login`
  }
}

function isFailing({ state, checks, lastExit }: Machine): boolean {
  return (
    state !== 'started' ||
    lastExit !== undefined ||
    checks.some(({ status }) => status !== 'passing')
  )
}
