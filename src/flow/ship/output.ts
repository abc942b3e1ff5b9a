import { z } from 'zod'
import type { Warning } from '../../errors.js'
import { verdicts } from '../../health/verdict.js'
import { sourceWarnings } from '../build/build.js'
import type { ToolContext } from '../context.js'
import { commandLineOf } from '../deploy/deploy-image.js'
import * as fields from '../fields.js'
import { tagOf } from '../fly-image.js'
import { next } from '../next.js'
import type { BuildPlan } from '../plan/build-plan.js'
import { configChanges } from '../plan/config-changes.js'
import { regionWarnings } from '../plan/config-faults.js'
import { pricedOn } from '../plan/machine-prices.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import { spareMachines } from '../plan/spare-machines.js'
import { type ShipInput, withoutPlan } from './input.js'
import { describeRun, fleetOf, machinesOf, runShape } from './run-shape.js'
import {
  doneAlready,
  howPlanned,
  type StepName,
  type StepReport,
  stepNames,
  whyNoBuild,
  whyNoTest,
} from './steps.js'

const planShape = runShape.extend({
  /** The tags of what the machines run now, where the plan brings another. */
  runs_now: z.array(z.string()).optional(),
  toml: z.string().optional(),
  toml_from: z.string(),
  toml_changes: z.array(z.string()).optional(),
  found_by_test: z.array(z.string()).optional(),
  command: z.string().optional(),
  /** When the list prices were those. */
  priced_on: z.string().optional(),
  machines: z.object({
    created: fields.count,
    replaced: fields.count,
    destroyed: fields.count.optional(),
  }),
  strategy: z.object({ name: z.string(), reason: z.string() }).optional(),
})

/** One of several apps. */
const shippedApp = z.object({
  app: z.string(),
  status: z.string(),
  image: z.string().optional(),
  release: fields.count.optional(),
  verdict: z.string().optional(),
  url: z.string().optional(),
  /** Those that were done, or would be. */
  steps: z.array(z.string()).optional(),
  plan: planShape.omit({ toml: true, command: true }).partial().optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  live: z.string().optional(),
})

export type ShippedApp = z.output<typeof shippedApp>

/** What ship tells, of a plan or of the deed. */
export const shipOutput = z.object({
  status: z.enum(['done', 'partly_done']),
  app: z.string().optional(),
  image: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  digest: z.string().optional(),
  release: fields.count.optional(),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).optional(),
  url: z.string().optional(),
  /** Of each step, that it is planned, how long it took, or why it was skipped. */
  steps: z.partialRecord(z.enum(stepNames), z.string()).optional(),
  warnings: fields.warnings.optional(),
  ...runShape.partial().shape,
  /** The file that the deploy has written. */
  config_path: z.string().optional(),
  /** Of a preview, ISO 8601. */
  expires_at: z.string().optional(),
  plan_id: z.string().optional(),
  plan: planShape.optional(),
  /** Of several apps, one each. */
  results: z.array(shippedApp).optional(),
  next: fields.next.optional(),
})

export type Shipped = z.output<typeof shipOutput>

/** What a ship would do, what it costs, and the call that does exactly this. */
export async function showPlan(
  request: ShipInput,
  plan: ShipPlan,
  context: ToolContext,
): Promise<Shipped> {
  const { build, config, app, deployRequest } = plan
  const found = whyNoTest(request, plan) === undefined ? plan.open : []
  const { composed } = config
  const changes = await configChanges(app, config, context)
  const steps = shownSteps(plannedSteps(request, plan))
  const fleet = fleetOf(plan)
  const { cost, strategy, created, replaced, destroyed } = machinesOf(plan)
  const isNeeded = stepsThat('planned', { steps }).length > 0
  const { cheaper, ...run } = describeRun(plan, {
    open: plan.elsewhere === undefined ? found : plan.open,
    ...(cost === undefined ? {} : { costs: cost }),
  })
  const command = commandLineOf(deployRequest, config, fleet.machines)
  const runsNow = runningTags(plan)
  return {
    status: 'done',
    app: request.app,
    ...shownSource(build),
    steps,
    ...shownWarnings([
      ...sourceWarnings(build.state),
      ...plan.findings,
      ...(cheaper === undefined ? spareMachines(app, deployRequest.machines) : []),
      ...regionWarnings(app, config, changes),
    ]),
    plan_id: plan.id,
    plan: {
      ...(request.details ? { toml: composed.text, command, priced_on: pricedOn } : {}),
      ...(runsNow.length === 0 ? {} : { runs_now: runsNow }),
      toml_from: config.from,
      ...(changes.length === 0 ? {} : { toml_changes: changes }),
      ...run,
      ...(isNeeded && cheaper !== undefined ? { cheaper } : {}),
      ...(found.length === 0 ? {} : { found_by_test: [...found] }),
      machines: { created, replaced, ...(destroyed === 0 ? {} : { destroyed }) },
      ...(replaced === 0 ? {} : { strategy }),
    },
    ...(isNeeded || cheaper !== undefined
      ? { next: offered(request, plan, isNeeded ? undefined : cheaper) }
      : {}),
  }
}

/** Of images that the plan takes away. */
function runningTags({ app, build: { image } }: ShipPlan): string[] {
  const others = (app?.machines ?? []).flatMap((machine) => machine.image ?? [])
  return [...new Set(others)].filter((other) => other !== image).map(tagOf)
}

/** The call that does the plan; where nothing is to be done, the one that runs the same more cheaply. */
function offered(
  request: ShipInput,
  plan: ShipPlan,
  cheaper: Shipped['cheaper'],
): NonNullable<Shipped['next']> {
  const again = withoutPlan(request)
  if (cheaper === undefined)
    return [next.ship({ ...again, plan_id: plan.id }, 'does exactly this plan')]
  const why = `costs $${cheaper.running} a month at most, $${cheaper.at_rest} at rest`
  return [next.ship({ ...again, ...cheaper.settings }, why)]
}

export function shownSteps(reports: readonly StepReport[]): NonNullable<Shipped['steps']> {
  return Object.fromEntries(reports.map((report) => [report.step, describeStep(report)]))
}

/** Why a step is skipped that is done already, goes without saying. */
function describeStep({ step, status, why, duration_ms: durationMs = 0 }: StepReport): string {
  const took = status === 'done' ? ` in ${(durationMs / 1000).toFixed(1)} s` : ''
  const isUsual = step !== 'test' && why === doneAlready[step]
  return `${status}${took}${why === undefined || isUsual ? '' : `: ${why}`}`
}

/** The names of the steps that were done, skipped or planned. */
export function stepsThat(
  status: StepReport['status'],
  { steps = {} }: Pick<Shipped, 'steps'>,
): StepName[] {
  return stepNames.filter((name) => steps[name]?.startsWith(status))
}

export function shownWarnings(warnings: readonly Warning[]): Pick<Shipped, 'warnings'> {
  return warnings.length === 0 ? {} : { warnings: [...warnings] }
}

/** The image, and what it is made of. */
export function describeSource(build: BuildPlan) {
  return { ...shownSource(build), commit: build.state.commit }
}

/** The tag of a clean one is its commit. */
function shownSource({ image, state: { dirtyDigest } }: BuildPlan) {
  return { image, ...(dirtyDigest === undefined ? {} : { dirty: true }) }
}

function plannedSteps(request: ShipInput, plan: ShipPlan): StepReport[] {
  const skipped: Readonly<Record<StepName, string | undefined>> = {
    build: whyNoBuild(plan),
    create_app: plan.app === undefined ? undefined : doneAlready.create_app,
    test: whyNoTest(request, plan),
    push: plan.digest === undefined ? undefined : doneAlready.push,
    deploy: plan.isDeployed && plan.scaling === undefined ? doneAlready.deploy : undefined,
  }
  return stepNames.map((step) => {
    const why = skipped[step]
    if (why !== undefined) return { step, status: 'skipped', why }
    return { step, status: 'planned', ...howPlanned(step, plan) }
  })
}
