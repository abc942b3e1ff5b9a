import { createHash } from 'node:crypto'
import type { LocalImage, RemoteImage } from '../docker/docker.js'
import { FlyopsError } from '../errors.js'
import type { AppStatus } from '../fly/flyctl.js'
import type { Operation } from '../journal/journal.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import type { Place } from './build-source.js'
import { type PlannedConfig, planConfig } from './deploy-config.js'
import type { DeployInput } from './deploy-input.js'
import { isDeployed } from './deployed-already.js'
import { operationsHere } from './operations-here.js'
import { isContentOf } from './references.js'
import { withRegistryLogin } from './registry-login.js'
import { buildRequestOf, deployRequestOf, givenToShip, type ShipInput } from './ship-input.js'
import { type ImageTest, testSettings } from './test-recorded.js'
import type { ToolContext } from './tool.js'

/** What a ship finds before it does anything. */
export interface ShipPlan {
  /** Changes where anything changes that the ship depends on: 16 hex digits. */
  readonly id: string
  readonly build: BuildPlan
  readonly deployRequest: DeployInput
  readonly config: PlannedConfig
  /** Undefined where there is none yet. */
  readonly app: AppStatus | undefined
  /** The image of these very inputs, where it was built already and still is somewhere. */
  readonly imageId: string | undefined
  readonly isLocal: boolean
  /** Digest in the registry, where that image is there. */
  readonly digest: string | undefined
  /** Undefined where there is nothing to ask for. */
  readonly test: ImageTest | undefined
  readonly isTested: boolean
  /** Whether every machine runs that digest, deployed with this very toml. */
  readonly runs: (digest: string) => boolean
}

/** Looks at the source, the engine, the registry, the app and the journal; changes nothing. */
export async function planShip(
  request: ShipInput,
  { folder, ...place }: Place,
  context: ToolContext,
): Promise<ShipPlan> {
  const buildRequest = { ...buildRequestOf(request), ...place }
  const build = await planBuild(buildRequest, { ...context, folder })
  const { image } = build
  const deployRequest = deployRequestOf(request, image)
  const app = findApp(request.app, context)
  const [config, local, remote, operations] = await Promise.all([
    planConfig(deployRequest, context),
    context.docker.inspectImage(image, context),
    findRemote(image, app, context),
    operationsHere(context),
  ])
  const test = testOf(deployRequest, config)
  const imageId = findBuilt({ build, request, local, remote }, operations)
  const found = {
    build,
    deployRequest,
    config,
    app: await app,
    imageId,
    isLocal: imageId !== undefined && local?.imageId === imageId,
    digest: remote.kind === 'found' && isContentOf(imageId, remote) ? remote.digest : undefined,
    test,
    isTested: wasTested(imageId, test, operations),
  }
  const runs = (digest: string) => isDeployed({ ...found, digest }, operations)
  return { ...found, runs, id: identify(request, { ...found, runs }) }
}

/** Of an app that is not there a registry may say that nobody may look. */
async function findRemote(
  image: string,
  app: Promise<AppStatus | undefined>,
  context: ToolContext,
): Promise<RemoteImage> {
  const looking = withRegistryLogin(context, (session) => session.inspectRemote(image))
  const [looked, found] = await Promise.allSettled([looking, app])
  if (looked.status === 'fulfilled') return looked.value
  const isRefused =
    looked.reason instanceof FlyopsError && looked.reason.code === 'not_authenticated'
  if (isRefused && found.status === 'fulfilled' && found.value === undefined)
    return { kind: 'absent' }
  throw looked.reason
}

async function findApp(app: string, { flyctl, signal }: ToolContext) {
  return flyctl.status(app, { signal }).catch((error: unknown) => {
    if (error instanceof FlyopsError && error.code === 'app_not_found') return undefined
    throw error
  })
}

interface Found {
  readonly build: BuildPlan
  readonly request: ShipInput
  readonly local: LocalImage | undefined
  readonly remote: RemoteImage
}

/** The journal knows what came out of these inputs; else the registry's image of the clean commit counts. */
function findBuilt(
  { build, request, local, remote }: Found,
  operations: readonly Operation[],
): string | undefined {
  const { image, inputs, state } = build
  const builds = operations.filter(
    ({ tool, end }) =>
      tool === 'build_image' && end?.status === 'done' && end.result?.image === image,
  )
  const imageId = builds.findLast(({ facts }) => facts.inputs === inputs)?.end?.result?.image_id
  if (typeof imageId === 'string') {
    return imageId === local?.imageId || isContentOf(imageId, remote) ? imageId : undefined
  }
  const isCommits =
    state.dirtyDigest === undefined &&
    [request.tag, request.build_args, request.target].every(isUnset)
  return builds.length === 0 && isCommits && remote.kind === 'found'
    ? remote.configDigest
    : undefined
}

function isUnset(value: unknown): boolean {
  return value === undefined
}

/** Passed before, with these settings. */
function wasTested(
  imageId: string | undefined,
  test: ImageTest | undefined,
  operations: readonly Operation[],
): boolean {
  if (imageId === undefined || test === undefined) return false
  const settings = JSON.stringify(testSettings(test))
  return operations.some(
    ({ tool, end, facts }) =>
      tool === 'test_image' &&
      end?.status === 'done' &&
      facts.image_id === imageId &&
      JSON.stringify(facts.settings) === settings,
  )
}

const testTimeoutMs = 60_000

/** As the app's own settings say; undefined for what takes no requests, or is started by other commands. */
function testOf({ app, image }: DeployInput, { composed }: PlannedConfig): ImageTest | undefined {
  const { internalPort: port, checkPath: path, env, hasCommands, machines } = composed
  if (port === undefined || path === undefined || hasCommands) return undefined
  const memory = `${machines[0]?.size.memoryMb ?? 1024}mb`
  return { app, image, port, path, env, memory, timeoutMs: testTimeoutMs + composed.gracePeriodMs }
}

function identify(request: ShipInput, plan: Omit<ShipPlan, 'id'>): string {
  const { build, config, app, imageId, digest, isTested, runs } = plan
  const machines = app?.machines.map(({ id, imageDigest }) => [id, imageDigest]).sort()
  const world = [
    givenToShip(request),
    [build.image, build.inputs, imageId, digest],
    config.composed.text,
    app === undefined ? 'no app' : [app.org, app.release, machines],
    [isTested, digest !== undefined && runs(digest)],
  ]
  return createHash('sha256').update(JSON.stringify(world)).digest('hex').slice(0, 16)
}
