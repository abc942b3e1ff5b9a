import type { HealthReport } from '../../health/assess.js'
import { buildAndRecord, sourceWarnings } from '../build/build.js'
import type { ToolContext } from '../context.js'
import type { Deployed } from '../deploy/deploy.js'
import type { KnownBefore } from '../deploy/deployable-image.js'
import { deployInput } from '../deploy/input.js'
import { deployOrRollBack } from '../deploy/rollback-on-failure.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { next } from '../next.js'
import { otherExposedPort } from '../plan/exposed-port.js'
import { planShip, type ShipPlan } from '../plan/ship-plan.js'
import { type Place, withSource } from '../plan/source.js'
import { type KnownImage, pushAndRecord } from '../push/push.js'
import { type Note, recorded } from '../record/recorded.js'
import { withSharedLogin } from '../registry-login.js'
import { checkApproval } from '../rules/approval.js'
import { foundBy } from '../test/output.js'
import { testAndRecord } from '../test/test-image.js'
import { undo } from '../undo.js'
import { type Created, createOnce } from './create-once.js'
import { otherContent, planStale, resumable, shipInstead } from './failures.js'
import { buildRequestOf, givenToShip, type ShipInput, withoutPlan } from './input.js'
import { describeSource, type Shipped, shownSteps, shownWarnings } from './output.js'
import { describeRun } from './run-shape.js'
import { describeRunning, lookAtRunning, mayBeCured, type Outcome, scaleOnce } from './running.js'
import { shippingAgain, showAll } from './show.js'
import { createSteps, doneAlready, type Steps, whyNoBuild, whyNoTest } from './steps.js'
import { toApprove } from './to-approve.js'

/** Builds, tests, pushes, deploys and judges what is not done yet; or shows what that would be. */
export function shipOne(request: ShipInput, context: ToolContext): Promise<Shipped> {
  return withSharedLogin(context, (shared) =>
    withSource(buildRequestOf(request), shared, (place) => shipFrom(request, place, shared)),
  ).catch(async (error: unknown) => {
    throw await sayingWhatLives(error, request.app, context)
  })
}

async function shipFrom(request: ShipInput, place: Place, context: ToolContext): Promise<Shipped> {
  context.progress({ message: 'looking at what is there' })
  const plan = await planShip(request, place, context)
  if (request.plan_only) return showAll(request, plan, context)
  if (request.plan_id !== undefined && request.plan_id !== plan.id)
    throw planStale(request, request.app)
  return shipPlanned({ request, place, plan }, context)
}

/** Does what was planned. */
export function shipPlanned(
  planned: Omit<Shipment, 'steps'>,
  context: ToolContext,
): Promise<Shipped> {
  const { request } = planned
  const operation = { tool: 'ship', app: request.app, args: givenToShip(request) }
  return recorded(operation, context, async (note) => {
    await checkApproved(planned, context, note)
    const approved = { ...context, isApproved: true as const }
    const steps = createSteps(approved)
    return run({ ...planned, steps }, approved).catch((error: unknown) => {
      throw resumable(error, request, steps.reports())
    })
  })
}

/** Nobody need approve of a ship that changes nothing. */
async function checkApproved(
  planned: Pick<Shipment, 'request' | 'plan'>,
  context: ToolContext,
  note: Note,
): Promise<void> {
  const { request, plan } = planned
  if (plan.isDeployed && plan.scaling === undefined) return
  await checkApproval(request.app, toApprove(planned, context), context, note)
}

interface Shipment {
  readonly request: ShipInput
  readonly place: Place
  readonly plan: ShipPlan
  readonly steps: Steps
}

async function run(begun: Shipment, context: ToolContext): Promise<Shipped> {
  const { request, steps } = begun
  const { created, imageId, ...preview } = await buildAndCreate(begun, context)
  const plan = await testOnce(begun, context)
  const shipment = { ...begun, plan }
  const digest = await pushOnce(shipment, {
    // What is built elsewhere is pushed by then.
    remote: created === undefined || plan.elsewhere !== undefined ? undefined : { kind: 'absent' },
    local: imageId === undefined ? undefined : { imageId },
  })
  // What the plan has seen is not old where nothing was to be done since.
  const isQuick = steps.reports().every(({ status }) => status === 'skipped')
  const report = await lookAtRunning({ plan, digest, isQuick }, context)
  const isRunning = report !== undefined && !mayBeCured(report)
  const outcome = isRunning
    ? describeRunning(await scaleOnce(shipment, report), plan.config)
    : await deploy(shipment, { digest, app: created, findings: plan.findings }, report)
  const { warnings = [], ...told } = outcome
  return {
    status: 'done',
    app: request.app,
    ...describeSource(plan.build),
    digest,
    ...told,
    ...preview,
    ...describeRun(plan),
    ...shownWarnings([...sourceWarnings(plan.build.state), ...warnings]),
    steps: shownSteps(steps.reports()),
    next: nextOf(shipment, { isNew: !isRunning, verdict: outcome.verdict }),
  }
}

/** Side by side; a build whose app cannot be had is stopped, and waited for. What builds elsewhere pushes to an app that is there. */
async function buildAndCreate(
  shipment: Shipment,
  context: ToolContext,
): Promise<Created & { readonly imageId: string | undefined }> {
  const { signal } = context
  if (shipment.plan.elsewhere !== undefined) {
    const created = await createOnce(shipment, context)
    return { ...created, imageId: await buildOnce(shipment, signal) }
  }
  const stopping = new AbortController()
  const ends = AbortSignal.any([signal, stopping.signal])
  const creating = createOnce(shipment, context).catch((error: unknown) => {
    stopping.abort('caller_gone')
    throw error
  })
  const [created, built] = await Promise.allSettled([creating, buildOnce(shipment, ends)])
  if (created.status === 'rejected') throw created.reason
  if (built.status === 'rejected') throw built.reason
  return { ...created.value, imageId: built.value }
}

/** The id of the image, where it was built now. */
async function buildOnce(
  { request, place, plan, steps }: Shipment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const why = whyNoBuild(plan)
  if (why !== undefined) {
    steps.skip('build', why)
    return undefined
  }
  const planned = { ...place, planned: plan.build }
  const { image_id } = await steps.run('build', (context) =>
    buildAndRecord(buildRequestOf(request), planned, { ...context, signal }),
  )
  return image_id
}

/** The plan with what the test has found out. */
async function testOnce(
  { request, plan, steps }: Shipment,
  context: ToolContext,
): Promise<ShipPlan> {
  const why = whyNoTest(request, plan)
  if (why !== undefined) {
    steps.skip('test', why)
    const isUntested = request.skip_test || plan.elsewhere !== undefined
    return isUntested ? settleByImage(plan, context) : plan
  }
  const trial = await steps
    .run('test', (testing) => testAndRecord(plan.test, testing))
    .catch(async (error: unknown) => {
      throw await shipInstead(error, { request, plan }, context)
    })
  const found = foundBy(trial)
  const settled = plan.open.length === 0 ? plan : await plan.settle(found)
  return { ...settled, found, findings: [...plan.findings, ...(trial.warnings ?? [])] }
}

/** Without a test the image alone can say where it listens; then no path is known either. */
async function settleByImage(plan: ShipPlan, context: ToolContext): Promise<ShipPlan> {
  if (!plan.open.includes('internal_port')) return plan
  const port = await otherExposedPort(plan.build.image, context)
  if (port === undefined) return plan
  return { ...(await plan.settle({ port, by: 'image' })), findings: plan.findings }
}

/** The digest in the registry. */
async function pushOnce({ plan, steps }: Shipment, known: KnownImage): Promise<string> {
  if (plan.digest !== undefined) {
    steps.skip('push', doneAlready.push)
    return plan.digest
  }
  const { image } = plan.build
  const { digest = '' } = await steps
    .run('push', (context) => pushAndRecord({ image, overwrite: false }, context, known))
    .catch((error: unknown) => {
      throw otherContent(error, plan)
    })
  return digest
}

async function deploy(
  { request: ship, plan, steps }: Shipment,
  known: KnownBefore,
  running: HealthReport | undefined,
): Promise<Outcome> {
  const why = running && `it runs already, and is ${running.verdict}: ${running.reasons[0]}`
  const { deployRequest: request, config } = plan
  const operation = { tool: 'deploy_image', app: request.app, args: given(deployInput, request) }
  const again = shippingAgain(withoutPlan(ship))
  const secretsFile = ship.secrets_file
  const deployment = { request, operation, config, known, secretsFile, again }
  const work = (context: ToolContext) => deployOrRollBack(deployment, context)
  const deployed: Deployed = await steps.run('deploy', work, why)
  const { release, verdict, reasons, url, warnings, config_path } = deployed
  return { release, verdict, reasons, ...(url === undefined ? {} : { url }), warnings, config_path }
}

function nextOf(
  { request, plan }: Shipment,
  { isNew, verdict }: { readonly isNew: boolean; readonly verdict: Outcome['verdict'] },
): NonNullable<Shipped['next']> {
  const look = next.checkHealth({ app: request.app }, 'looks again')
  return [
    ...(verdict === 'healthy' ? [] : [look]),
    ...(isNew && plan.app !== undefined ? [undo(plan.app, request)] : []),
  ]
}
