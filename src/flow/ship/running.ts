import { assessHealth, type HealthReport } from '../../health/assess.js'
import { faultOfMachine } from '../../health/machine-fault.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { scaleMachines } from '../deploy/scale.js'
import type { PlannedConfig } from '../plan/config.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import type { Shipped } from './output.js'
import { doneAlready, type Steps } from './steps.js'

export type Outcome = Pick<
  Shipped,
  'release' | 'verdict' | 'reasons' | 'url' | 'warnings' | 'config_path'
>

const probeMs = 30_000

interface Look {
  readonly plan: ShipPlan
  readonly digest: string
  /** Whether one look at the machines is enough where all is well. */
  readonly isQuick: boolean
}

/** How the app works; undefined where it runs something else. */
export async function lookAtRunning(
  { plan: { app, config, runs }, digest, isQuick }: Look,
  context: ToolContext,
): Promise<HealthReport | undefined> {
  if (app === undefined || !runs(digest)) return undefined
  context.progress({ message: 'checking the health from outside', stage: 'health' })
  return assessHealth(context, {
    app: app.name,
    path: config.composed.checkPath,
    seen: app,
    isQuick,
    expectedDigest: digest,
    timeoutMs: probeMs,
    signal: context.signal,
  })
}

/** Whether the same deploy once more may help: not where all works now, nor where a host does not answer. */
export function mayBeCured({ verdict, status }: HealthReport): boolean {
  if (verdict !== 'degraded') return verdict !== 'healthy'
  return status.machines.some(
    (machine) => machine.hostReachable && faultOfMachine(machine) !== undefined,
  )
}

export function describeRunning(
  { status, verdict, reasons }: HealthReport,
  { composed }: PlannedConfig,
): Outcome {
  const releases = status.machines.flatMap(({ release }) => release ?? [])
  const url = composed.serviceGroups.length === 0 ? {} : { url: status.url }
  return { release: Math.max(...releases), verdict, reasons: [...reasons], ...url }
}

/** The app as it then is, where only its number of machines is to change. */
export async function scaleOnce(
  { plan, steps }: { readonly plan: ShipPlan; readonly steps: Steps },
  report: HealthReport,
): Promise<HealthReport> {
  const { scaling, digest, config, deployRequest } = plan
  const { app } = deployRequest
  if (scaling === undefined) {
    steps.skip('deploy', doneAlready.deploy)
    return report
  }
  const wanted = { ...scaling, app, digest, path: config.composed.checkPath }
  const work = (context: ToolContext) =>
    withAppLock(app, context, (locked) => scaleMachines(wanted, locked))
  return steps.run('deploy', work, 'only the number of machines changes')
}
