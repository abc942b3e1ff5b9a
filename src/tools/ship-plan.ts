import { createHash } from 'node:crypto'
import type { LocalImage, RemoteImage } from '../docker/docker.js'
import { FlyopsError, type Warning } from '../errors.js'
import type { AppStatus } from '../fly/flyctl.js'
import type { Operation } from '../journal/journal.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import type { Place } from './build-source.js'
import { type PlannedConfig, planConfig, validateConfig } from './deploy-config.js'
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
  /** What flyctl finds strange in it. */
  readonly findings: readonly Warning[]
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
  const looking = findApp(request.app, context)
  // Whoever waits for it hears of its failure.
  looking.catch(() => {})
  const build = await planBuild(buildRequest, { ...context, folder })
  const deployRequest = deployRequestOf(request, build.image)
  const [config, local, operations] = await Promise.all([
    planConfig(deployRequest, context),
    context.docker.inspectImage(build.image, context),
    operationsHere(context),
  ])
  const seen = { build, request, config, local, looking }
  const shipped = await findShipped(seen, operations)
  const [made, findings] =
    shipped === undefined
      ? await Promise.all([findMade(seen, operations, context), validateConfig(config, context)])
      : [shipped, []]
  const test = testOf(deployRequest, config)
  const found = {
    build,
    deployRequest,
    config,
    findings,
    app: await looking,
    ...made,
    isLocal: made.imageId !== undefined && local?.imageId === made.imageId,
    test,
    isTested: wasTested(made.imageId, test, operations),
  }
  const runs = (digest: string) => isDeployed({ ...found, digest }, operations)
  return { ...found, runs, id: identify(request, { ...found, runs }) }
}

interface Seen {
  readonly build: BuildPlan
  readonly request: ShipInput
  readonly config: PlannedConfig
  readonly local: LocalImage | undefined
  readonly looking: Promise<AppStatus | undefined>
}

/** The image of the build's inputs and its digest in the registry, where there are such. */
type Made = Pick<ShipPlan, 'imageId' | 'digest'>

/** What every machine runs that came out of these inputs needs no look into the registry. */
async function findShipped(
  { build, config, looking }: Seen,
  operations: readonly Operation[],
): Promise<Made | undefined> {
  const imageId = builtFrom(build, operations)
  const digest = doneWith('push_image', build.image, operations).at(-1)?.end?.result?.digest
  if (imageId === undefined || typeof digest !== 'string') return undefined
  const isCandidate = operations.some(({ facts }) => facts.toml === config.composed.text)
  const isRunning = isCandidate && isDeployed({ app: await looking, config, digest }, operations)
  return isRunning ? { imageId, digest } : undefined
}

async function findMade(
  seen: Seen,
  operations: readonly Operation[],
  context: ToolContext,
): Promise<Made> {
  const remote = await findRemote(seen.build.image, seen.looking, context)
  const imageId = findBuilt({ ...seen, remote }, operations)
  const isThere = remote.kind === 'found' && isContentOf(imageId, remote)
  return { imageId, digest: isThere ? remote.digest : undefined }
}

/** What the journal has of work on that image that went well. */
function doneWith(tool: string, image: string, operations: readonly Operation[]) {
  return operations.filter(
    (operation) =>
      operation.tool === tool &&
      operation.end?.status === 'done' &&
      operation.end.result?.image === image,
  )
}

/** The image id that the journal has for these inputs. */
function builtFrom(
  { image, inputs }: BuildPlan,
  operations: readonly Operation[],
): string | undefined {
  const builds = doneWith('build_image', image, operations)
  const imageId = builds.findLast(({ facts }) => facts.inputs === inputs)?.end?.result?.image_id
  return typeof imageId === 'string' ? imageId : undefined
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

/** The journal knows what came out of these inputs; else the registry's image of the clean commit counts. */
function findBuilt(
  { build, request, local, remote }: Seen & { readonly remote: RemoteImage },
  operations: readonly Operation[],
): string | undefined {
  const imageId = builtFrom(build, operations)
  if (imageId !== undefined) {
    return imageId === local?.imageId || isContentOf(imageId, remote) ? imageId : undefined
  }
  const isCommits =
    build.state.dirtyDigest === undefined &&
    [request.tag, request.build_args, request.target].every(isUnset)
  const isOthers = doneWith('build_image', build.image, operations).length === 0
  return isCommits && isOthers && remote.kind === 'found' ? remote.configDigest : undefined
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
