import type { LocalImage, RemoteImage } from '../../docker/docker.js'
import { hasCode } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'
import { isContentOf } from '../fly-image.js'
import { withRegistryLogin } from '../registry-login.js'
import type { ShipInput } from '../ship/input.js'
import type { BuildPlan } from './build-plan.js'
import type { PlannedConfig } from './config.js'
import { isDeployed } from './deployed-already.js'
import type { Unchanged } from './unchanged.js'

/** What a ship has looked at so far. */
export interface Seen {
  readonly build: BuildPlan
  readonly request: ShipInput
  readonly config: PlannedConfig
  /** Resolves with the app, where there is one. */
  readonly looking: Promise<AppStatus | undefined>
  /** Whether nobody here has done anything with that app. */
  readonly isNew: boolean
  readonly unchanged: Unchanged | undefined
}

/** The image of the build's inputs and its digest in the registry, where there are such. */
export interface Made {
  readonly imageId: string | undefined
  readonly digest: string | undefined
  /** Whether this engine has it; not looked at where the app runs it. */
  readonly isLocal: boolean
}

/** Undefined where something is to be done. What every machine runs that came out of these inputs needs no look at the engine or into the registry. */
export async function findShipped(
  { build, config, looking, unchanged }: Seen,
  operations: readonly Operation[],
): Promise<Made | undefined> {
  const imageId = builtFrom(build, operations)
  const pushed = doneWith('push_image', build.image, operations).at(-1)?.end?.result?.digest
  const digest = unchanged?.digest ?? pushed
  if (typeof digest !== 'string') return undefined
  if (imageId === undefined && unchanged === undefined) return undefined
  const app = await looking.catch(() => undefined)
  const isRunning = isDeployed({ app, config, digest }, operations)
  return isRunning ? { imageId, digest, isLocal: false } : undefined
}

export async function findMade(
  seen: Seen,
  operations: readonly Operation[],
  context: ToolContext,
): Promise<Made> {
  const { unchanged, build } = seen
  if (unchanged !== undefined)
    return { imageId: builtFrom(build, operations), digest: unchanged.digest, isLocal: false }
  const local = await context.docker.inspectImage(build.image, context)
  const remote = await findRemote(seen, context)
  const imageId = findBuilt({ ...seen, local, remote }, operations)
  const isThere = remote.kind === 'found' && isContentOf(imageId, remote)
  const isLocal = imageId !== undefined && local?.imageId === imageId
  return { imageId, digest: isThere ? remote.digest : undefined, isLocal }
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

/** Without its app a repository cannot be; a registry may also say that nobody may look. */
async function findRemote(
  { build: { image }, request, looking: app, isNew }: Seen,
  context: ToolContext,
): Promise<RemoteImage> {
  const isOwn = request.image_repository === undefined
  if (isNew && isOwn && (await app) === undefined) return { kind: 'absent' }
  const looking = withRegistryLogin(context, (session) => session.inspectRemote(image))
  const [looked, found] = await Promise.allSettled([looking, app])
  if (looked.status === 'fulfilled') return looked.value
  const isRefused = hasCode(looked.reason, 'not_authenticated')
  if (isRefused && found.status === 'fulfilled' && found.value === undefined)
    return { kind: 'absent' }
  throw looked.reason
}

interface Looked {
  readonly local: LocalImage | undefined
  readonly remote: RemoteImage
}

/** The journal knows what came out of these inputs; else the registry's image of the clean commit counts. */
function findBuilt(
  { build, request, local, remote }: Seen & Looked,
  operations: readonly Operation[],
): string | undefined {
  const imageId = builtFrom(build, operations)
  if (imageId !== undefined) {
    return imageId === local?.imageId || isContentOf(imageId, remote) ? imageId : undefined
  }
  const isCommits =
    build.state.dirtyDigest === undefined &&
    [request.tag, build.target, request.secrets].every(isUnset) &&
    Object.keys(build.args).length === 0
  const own = doneWith('build_image', build.image, operations)
  const isSame = own.every((each) => isAlike(each, request))
  return isCommits && isSame && remote.kind === 'found' ? remote.configDigest : undefined
}

/** Of a commit that is named, what was built before differs at most by files that git does not have. */
function isAlike({ args }: Operation, { ref, context, dockerfile }: ShipInput): boolean {
  return (
    ref !== undefined &&
    [args.tag, args.target, args.secrets, args.build_args].every(isUnset) &&
    args.context === context &&
    args.dockerfile === dockerfile
  )
}

function isUnset(value: unknown): boolean {
  return value === undefined
}
