import { z } from 'zod'
import { assessHealth, type HealthReport } from '../health/assess.js'
import { verdicts } from '../health/verdict.js'
import { buildRecorded } from './build-image.js'
import { type Place, withSource } from './build-source.js'
import { createOrFind } from './create-app.js'
import { type Deployed, deployApp } from './deploy-app.js'
import { givenArguments } from './deploy-input.js'
import { defineLongTool } from './long-tool.js'
import { planMachines } from './machine-plan.js'
import * as fields from './parameters.js'
import { pushRecorded } from './push-image.js'
import { recorded } from './recorded.js'
import { planStale, resumable } from './ship-failures.js'
import { buildRequestOf, givenToShip, type ShipInput, shipInput } from './ship-input.js'
import { planShip, type ShipPlan } from './ship-plan.js'
import { createSteps, type StepReport, type Steps, stepNames } from './ship-steps.js'
import { mayReplace, type ToolContext } from './tool.js'

const output = z.object({
  status: fields.status,
  app: z.string().optional(),
  image: z.string().optional(),
  commit: z.string().optional(),
  digest: z.string().optional(),
  release: fields.count.optional(),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).optional(),
  url: z.string().optional(),
  steps: z
    .array(
      z.object({
        step: z.enum(stepNames),
        status: z.string(),
        why: z.string().optional(),
        duration_ms: fields.count.optional(),
      }),
    )
    .optional(),
  warnings: fields.warnings.optional(),
  plan_id: z.string().optional(),
  plan: z
    .object({
      toml_changes: z.array(z.string()),
      machines: z.object({ created: fields.count, replaced: fields.count }),
      strategy: z.object({ name: z.string(), reason: z.string() }),
      dollars_a_month: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
    })
    .optional(),
  next: fields.next.optional(),
})

type Output = z.output<typeof output>

export const ship = defineLongTool({
  name: 'ship',
  title: 'Ship a commit to an app',
  description:
    'Does the whole flow as one job: builds the commit and creates the app, tests the image locally, pushes, deploys and judges. What is true already is skipped, so a repeated ship does nothing, and one that broke goes on where it stopped. plan_only shows the steps, the machines and the monthly cost, and changes nothing; its plan_id makes the next call do exactly that. Next: check_health, or rollback.',
  annotations: mayReplace,
  input: shipInput,
  output,
  stage: 'preflight',
  work: 'ship',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  run: (request, context) =>
    withSource(buildRequestOf(request), context, (place) => shipFrom(request, place, context)),
  summarize,
})

async function shipFrom(request: ShipInput, place: Place, context: ToolContext): Promise<Output> {
  context.progress({ message: 'looking at what is there' })
  const plan = await planShip(request, place, context)
  if (request.plan_only) return showPlan(request, plan)
  if (request.plan_id !== undefined && request.plan_id !== plan.id) throw planStale(request)
  const operation = { tool: 'ship', app: request.app, args: givenToShip(request) }
  return recorded(operation, context, async () => {
    const steps = createSteps(context)
    return run({ request, place, plan, steps }, context).catch((error: unknown) => {
      throw resumable(error, request, steps.reports())
    })
  })
}

interface Shipment {
  readonly request: ShipInput
  readonly place: Place
  readonly plan: ShipPlan
  readonly steps: Steps
}

async function run(shipment: Shipment, context: ToolContext): Promise<Output> {
  const { request, plan, steps } = shipment
  await buildAndCreate(shipment, context)
  const digest = await pushOnce(shipment)
  const running = await findRunning(plan, digest, context)
  const outcome = running ?? (await deploy(shipment))
  if (running !== undefined) steps.skip('deploy', 'every machine runs it with these settings')
  return {
    status: 'done',
    app: request.app,
    image: plan.build.image,
    commit: plan.build.state.commit,
    digest,
    ...outcome,
    steps: steps.reports(),
    next: nextOf(shipment, running === undefined),
  }
}

/** Side by side; a build whose app cannot be had is stopped, and waited for. */
async function buildAndCreate(shipment: Shipment, { signal }: ToolContext): Promise<void> {
  const stopping = new AbortController()
  const ends = AbortSignal.any([signal, stopping.signal])
  const creating = createOnce(shipment).catch((error: unknown) => {
    stopping.abort('caller_gone')
    throw error
  })
  const [created, built] = await Promise.allSettled([creating, buildOnce(shipment, ends)])
  if (created.status === 'rejected') throw created.reason
  if (built.status === 'rejected') throw built.reason
}

async function buildOnce(
  { request, place, plan, steps }: Shipment,
  signal: AbortSignal,
): Promise<void> {
  if (plan.imageId !== undefined) return steps.skip('build', 'this commit was built already')
  await steps.run('build', (context) =>
    buildRecorded(buildRequestOf(request), place, { ...context, signal }),
  )
}

async function createOnce({ request, plan, steps }: Shipment): Promise<void> {
  if (plan.app !== undefined) return steps.skip('create_app', 'the app is there')
  const { app, org } = request
  await steps.run('create_app', (context) => createOrFind({ app, org }, context))
}

/** The digest in the registry. */
async function pushOnce({ plan, steps }: Shipment): Promise<string> {
  if (plan.digest !== undefined) {
    steps.skip('push', 'the registry has it')
    return plan.digest
  }
  const { image } = plan.build
  const { digest = '' } = await steps.run('push', (context) =>
    pushRecorded({ image, overwrite: false }, context),
  )
  return digest
}

type Outcome = Pick<Output, 'release' | 'verdict' | 'reasons' | 'url' | 'warnings'>

const probeMs = 30_000

/** Undefined where something is to be deployed: the app runs something else, or does not work. */
async function findRunning(
  { app, config, runs }: ShipPlan,
  digest: string,
  context: ToolContext,
): Promise<Outcome | undefined> {
  if (app === undefined || !runs(digest)) return undefined
  context.progress({ message: 'checking the health from outside', stage: 'health' })
  const report = await assessHealth(context, {
    app: app.name,
    path: config.composed.checkPath,
    expectedDigest: digest,
    timeoutMs: probeMs,
    signal: context.signal,
  })
  return report.verdict === 'healthy' ? describeRunning(report) : undefined
}

function describeRunning({ status, verdict, reasons }: HealthReport): Outcome {
  const releases = status.machines.flatMap(({ release }) => release ?? [])
  return { release: Math.max(...releases), verdict, reasons: [...reasons], url: status.url }
}

async function deploy({ plan, steps }: Shipment): Promise<Outcome> {
  const { deployRequest: request } = plan
  const operation = { tool: 'deploy_image', app: request.app, args: givenArguments(request) }
  const deployed: Deployed = await steps.run('deploy', (context) =>
    deployApp({ request, operation }, context),
  )
  const { release, verdict, reasons, url, warnings } = deployed
  return { release, verdict, reasons, url, warnings }
}

function nextOf({ request: { app }, plan }: Shipment, isNew: boolean): Output['next'] {
  const before = plan.app?.release ?? 0
  const undo = { tool: 'rollback', arguments: { app, to: before }, why: 'undoes it' }
  const look = { tool: 'check_health', arguments: { app }, why: 'looks again at any time' }
  return isNew && before > 0 ? [look, undo] : [look]
}

function showPlan(request: ShipInput, plan: ShipPlan): Output {
  const { build, config, app, deployRequest } = plan
  const { cost, strategy, created, replaced } = planMachines({
    composed: config.composed,
    machines: app?.machines ?? [],
    ha: deployRequest.ha,
  })
  return {
    status: 'done',
    app: request.app,
    image: build.image,
    commit: build.state.commit,
    ...(plan.digest === undefined ? {} : { digest: plan.digest }),
    steps: plannedSteps(plan),
    plan_id: plan.id,
    plan: {
      toml_changes: [...config.composed.changes],
      machines: { created, replaced },
      strategy,
      ...(cost === undefined ? {} : { dollars_a_month: cost }),
    },
    next: [
      {
        tool: 'ship',
        arguments: { ...givenToShip(request), plan_id: plan.id },
        why: 'does exactly this plan',
      },
    ],
  }
}

function plannedSteps(plan: ShipPlan): StepReport[] {
  const isDeployed = plan.digest !== undefined && plan.runs(plan.digest)
  const skipped: Readonly<Record<(typeof stepNames)[number], string | undefined>> = {
    build: plan.imageId === undefined ? undefined : 'this commit was built already',
    create_app: plan.app === undefined ? undefined : 'the app is there',
    test: undefined,
    push: plan.digest === undefined ? undefined : 'the registry has it',
    deploy: isDeployed ? 'every machine runs it with these settings' : undefined,
  }
  return stepNames.map((step) => {
    const why = skipped[step]
    return why === undefined ? { step, status: 'planned' } : { step, status: 'skipped', why }
  })
}

function summarize(result: Output): string {
  const { app, image, release, verdict, url, plan, steps = [] } = result
  if (plan !== undefined) return `Plan ${result.plan_id} for ${app}: ${describePlanned(steps)}`
  const isNew = steps.some(({ step, status }) => step === 'deploy' && status === 'done')
  if (!isNew)
    return `${app} runs ${image} already, as release ${release}, and is ${verdict}: ${url}`
  const undo = result.next?.find(({ tool }) => tool === 'rollback')
  const back =
    undo === undefined ? '' : ` To undo: flyops rollback --app ${app} --to ${undo.arguments.to}.`
  const [proof = ''] = result.reasons ?? []
  return `Shipped ${image} to ${app} as release ${release}; it is ${verdict}. ${proof} ${url}${back}`
}

function describePlanned(steps: readonly { step: string; status: string }[]): string {
  const planned = steps.filter(({ status }) => status === 'planned').map(({ step }) => step)
  return planned.length === 0 ? 'nothing is to be done.' : `${planned.join(', ')}.`
}
