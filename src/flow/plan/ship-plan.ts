import type { Warning } from '../../errors.js'
import type { AppStatus, Organization } from '../../fly/flyctl.js'
import { findApp } from '../app/find.js'
import { builtElsewhere, type Elsewhere } from '../build/elsewhere.js'
import type { ToolContext } from '../context.js'
import type { DeployInput } from '../deploy/input.js'
import { readFlyImage } from '../fly-image.js'
import { checkPreview } from '../previews/previews.js'
import { operationsIfReadable } from '../record/operations-here.js'
import { checkBounds } from '../rules/bounds.js'
import { isOwnSecret } from '../secrets/own-secrets.js'
import { namesIn } from '../secrets/values.js'
import { buildRequestOf, deployRequestOf, givenToShip, type ShipInput } from '../ship/input.js'
import type { ImageTest } from '../test/image-test.js'
import { testInput } from '../test/input.js'
import type { FoundSettings } from '../test/output.js'
import { passedBefore } from '../test/passed-before.js'
import { testSecrets } from '../test/plan-test.js'
import { testOf } from '../test/test-of.js'
import { findBase } from './base.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import { type PlannedConfig, planConfig, validateConfig } from './config.js'
import { checkSizes } from './config-faults.js'
import { isDeployed as runsEverywhere } from './deployed-already.js'
import { otherExposedPort } from './exposed-port.js'
import { findMade, findShipped } from './made.js'
import { openSettings, withMeasured } from './measured.js'
import { planIdOf } from './plan-id.js'
import { findScaling, type Scaling } from './scaling.js'
import type { OpenSetting } from './settings.js'
import type { Place } from './source.js'
import { findUnchanged, type Unchanged } from './unchanged.js'

/** Settings that were found out, and how. */
interface Settled extends FoundSettings {
  /** Unless given, by a test; `nobody` leaves the defaults, but for a check of a path that nobody has tried. */
  readonly by?: 'image' | 'nobody'
}

/** What a ship finds before it does anything. */
export interface ShipPlan {
  /** Changes where anything changes that the ship depends on: 16 hex digits. */
  readonly id: string
  readonly build: BuildPlan
  /** What runs already of these very inputs: nothing is built then, and that image is deployed where settings changed. */
  readonly unchanged: Unchanged | undefined
  readonly deployRequest: DeployInput
  readonly config: PlannedConfig
  /** What flyctl finds strange in it, and what could not be looked at. */
  readonly findings: readonly Warning[]
  /** The login's organizations, where they were asked for. */
  readonly orgs: Promise<readonly Organization[]> | undefined
  /** Undefined where there is none yet. */
  readonly app: AppStatus | undefined
  /** The image of these very inputs, where it was built already and still is somewhere. */
  readonly imageId: string | undefined
  /** Whether this engine has it; not looked at where nothing is to be done with it. */
  readonly isLocal: boolean
  /** Digest in the registry, where that image is there. */
  readonly digest: string | undefined
  /** What builds and pushes in place of a Docker engine. */
  readonly elsewhere: Elsewhere | undefined
  readonly test: ImageTest
  readonly isTested: boolean
  /** What a test of this image has found out, before or in this ship. */
  readonly found: FoundSettings | undefined
  /** What that test is to find out for the deploy, or without one the image. */
  readonly open: readonly OpenSetting[]
  /** The same with what it has found. */
  readonly settle: (measured: Settled) => Promise<ShipPlan>
  /** Where the caller wants another number of machines than there are. */
  readonly scaling: Scaling | undefined
  /** Whether every machine runs that digest, deployed with this very toml. */
  readonly runs: (digest: string) => boolean
  /** Whether that is so of the digest in the registry. */
  readonly isDeployed: boolean
}

/**
 * Looks at the source, the engine, the registry, the app and the journal; changes nothing. Where one look fails,
 * the others have ended too.
 */
export async function planShip(
  request: ShipInput,
  place: Place,
  context: ToolContext,
): Promise<ShipPlan> {
  const begun: Promise<unknown>[] = []
  try {
    return await look(request, place, context, begun)
  } catch (error) {
    await Promise.allSettled(begun)
    throw error
  }
}

async function look(
  shipRequest: ShipInput,
  { folder, ...place }: Place,
  context: ToolContext,
  begun: Promise<unknown>[],
): Promise<ShipPlan> {
  const buildRequest = { ...buildRequestOf(shipRequest), ...place }
  const { operations, warnings } = await operationsIfReadable(context)
  const begin = <T>(work: Promise<T>): Promise<T> => {
    // Whoever waits for it hears of a failure.
    work.catch(() => {})
    begun.push(work)
    return work
  }
  const looking = begin(findApp(shipRequest.app, context))
  const base = await findBase(shipRequest, context, { commit: folder })
  const planned = await planBuild(buildRequest, { ...context, folder }, base.base)
  const { registryHost } = context
  // What keeps an app from being seen is told after what is wrong with the call itself.
  const seenApp = await looking.catch(() => undefined)
  const unchanged = findUnchanged(planned, shipRequest, { app: seenApp, registryHost })
  const build = unchanged === undefined ? planned : { ...planned, image: unchanged.image }
  const deployRequest = deployRequestOf(shipRequest, build.image)
  const config = await planConfig(deployRequest, context, { found: base, app: looking })
  const isNew = operations.every(({ app }) => app !== shipRequest.app)
  const validate = () => begin(validateConfig(config, context))
  const orgs = isNew && seenApp === undefined ? begin(askAhead(context)) : undefined
  const reading = isNew ? validate() : undefined
  const seen = { build, request: shipRequest, config, looking, isNew, unchanged }
  const shipped = await findShipped(seen, operations)
  const [made, findings] =
    shipped === undefined
      ? await Promise.all([findMade(seen, operations, context), reading ?? validate()])
      : [shipped, []]
  const test = await shipTest({ deployRequest, config, file: shipRequest.secrets_file }, context)
  const passed = passedBefore(
    { imageId: made.imageId, test, required: shipRequest.required_secrets },
    operations,
  )
  const found = {
    build,
    unchanged,
    findings: [...warnings, ...findings],
    orgs,
    app: await looking,
    ...made,
    elsewhere: builtElsewhere(context),
    test,
    isTested: passed !== undefined,
    found: passed,
  }
  if (shipRequest.ttl !== undefined) checkPreview(found.app, operations)
  const open = openSettings(config)
  async function settle(measured: Settled): Promise<ShipPlan> {
    const settled = withMeasured(deployRequest, open, measured)
    const withoutCheck = open.includes('health_path') && measured.path === undefined
    const { by = 'measured' } = measured
    const names = open.filter((name) => name !== 'memory' || measured.memory !== undefined)
    const foundSettings = by === 'nobody' ? {} : Object.fromEntries(names.map((name) => [name, by]))
    const known = { found: base, app: looking, withoutCheck, foundSettings }
    // What exposes a port may be built only then.
    const isUnknown = by === 'nobody' && made.digest === undefined
    const left = open.filter((name) => isUnknown && name === 'internal_port')
    return planOf(settled, await planConfig(settled, context, known), left)
  }
  function planOf(
    request: DeployInput,
    config: PlannedConfig,
    open: readonly OpenSetting[],
  ): ShipPlan {
    checkSizes(config, request)
    const { ha, machines: count } = request
    checkBounds({ app: request.app, ha, count, config, before: found.app }, context)
    const scaling = findScaling(count, { ...config, machines: found.app?.machines ?? [] })
    const runs = (digest: string) => runsEverywhere({ ...found, config, digest }, operations)
    const isDeployed = found.digest !== undefined && runs(found.digest)
    const settings = { deployRequest: request, config, open, scaling }
    const plan = { ...found, ...settings, settle, runs, isDeployed }
    return { ...plan, id: identify(shipRequest, plan) }
  }
  const isUntested = passed === undefined && found.elsewhere !== undefined
  const settling = isUntested ? await settledByImage(made.digest, build, open, context) : passed
  return settling === undefined || open.length === 0
    ? planOf(deployRequest, config, open)
    : settle(settling)
}

/** What an image that no engine here can test says itself, where the registry has it. */
async function settledByImage(
  digest: string | undefined,
  { image }: BuildPlan,
  open: readonly OpenSetting[],
  context: ToolContext,
): Promise<Settled> {
  if (digest === undefined || !open.includes('internal_port')) return { by: 'nobody' }
  const { registry, repository } = readFlyImage(image, context.registryHost)
  const port = await otherExposedPort(`${registry}/${repository}@${digest}`, context)
  return port === undefined ? { by: 'nobody' } : { port, by: 'image' }
}

/** What the creation of an app and its first push will need; beside the other looks it costs no time. */
function askAhead(context: ToolContext): Promise<readonly Organization[]> {
  context.openRegistry?.().catch(() => {})
  return context.flyctl.orgs(context)
}

interface ShipTested extends Pick<ShipPlan, 'deployRequest' | 'config'> {
  /** With values of secrets. */
  readonly file: string | undefined
}

/** By the settings of the deploy; secrets that it must have are taken where flyops has them too. */
async function shipTest(
  { deployRequest: deploy, config, file }: ShipTested,
  context: ToolContext,
): Promise<ImageTest> {
  const { app, image, context: path, required_secrets: required = [] } = deploy
  const here = file === undefined ? undefined : await namesIn(file, context)
  const isHere = (name: string) => here?.includes(name) ?? Boolean(context.env[name])
  const names = required.filter((name) => isHere(name) && !isOwnSecret(name))
  const request = testInput.parse({
    image,
    context: path,
    ...(names.length === 0 ? {} : { secrets: names }),
    secrets_file: file,
  })
  const secrets = await testSecrets(request, app, context)
  return { ...testOf({ deploy, config, request }), timeField: 'grace_period', app, secrets }
}

function identify(request: ShipInput, plan: Omit<ShipPlan, 'id'>): string {
  const { build, config, app, imageId, digest, isTested, isDeployed } = plan
  const machines = app?.machines.map(({ id, imageDigest }) => [id, imageDigest]).sort()
  const world = [
    givenToShip(request),
    [build.image, build.inputs, imageId, digest],
    config.composed.text,
    app === undefined ? 'no app' : [app.org, app.release, machines],
    [isTested, isDeployed],
  ]
  return planIdOf(world)
}
