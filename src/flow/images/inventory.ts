import type { LocalImage } from '../../docker/docker.js'
import { FlyopsError, type Warning } from '../../errors.js'
import type { Operation } from '../../journal/journal.js'
import { sideBySide } from '../../side-by-side.js'
import { readCommitTag } from '../commit-tag.js'
import type { RegistrySession, ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { operationsHere } from '../record/operations-here.js'
import { recordedDeploys } from '../record/recorded-deploys.js'
import { withRegistryLogin } from '../registry-login.js'
import type { ListImagesInput } from './input.js'

interface KnownImage {
  readonly image: string
  readonly commit?: string
  readonly dirty?: true
  readonly digest?: string
  readonly local: boolean
  readonly registry: 'there' | 'moved' | 'gone' | 'never_pushed' | 'unknown'
  readonly deployed_in: { app: string; release?: number }[]
  /** When it was built or pushed here last, ISO 8601; undefined for one of others. */
  readonly at?: string
}

interface Inventory {
  readonly images: readonly KnownImage[]
  readonly total: number
  readonly warnings: readonly Warning[]
}

interface Selection {
  readonly app: string | undefined
  readonly limit: number
}

const width = 4
const mostApps = 20

/** The images that apps run, and those that flyops built or pushed here, newest first. */
export async function takeInventory({ app, limit }: ListImagesInput, context: ToolContext) {
  const { images, total, warnings } = await collectImages({ app, limit }, context)
  return { images: [...images], total, warnings: [...warnings], next: [] }
}

/** What the journal knows, as the engine, the registry and the apps show it now. */
async function collectImages({ app, limit }: Selection, context: ToolContext): Promise<Inventory> {
  const all = noted(await operationsHere(context), context).filter(
    ({ owner }) => (app === undefined || owner === app) && context.mayUseApp(owner),
  )
  const running = await findRunning(app, all, context)
  const others = ofOthers(running, all)
  const found = await lookAt([...others, ...all].slice(0, limit), context)
  const images = found.images.map((image) => ({
    ...image,
    deployed_in: running
      .filter(({ digest }) => digest === image.digest)
      .map(({ app, release }) => ({ app, ...(release === undefined ? {} : { release }) })),
  }))
  return { images, total: others.length + all.length, warnings: found.warnings }
}

/** What apps run that was not made here: a pipeline or a colleague has deployed it. */
function ofOthers(
  running: readonly RunningImage[],
  here: readonly NotedImage[],
): readonly NotedImage[] {
  const theirs = running.flatMap(({ app, image, commit, digest }): NotedImage[] => {
    const isOurs = here.some((each) => each.digest === digest)
    if (isOurs || image === undefined) return []
    const nobody = { at: undefined, committedAt: undefined }
    return [{ ...nobody, image, owner: app, commit: commit ?? readCommitTag(image).commit, digest }]
  })
  return [...new Map(theirs.map((each) => [each.digest, each])).values()]
}

interface NotedImage {
  readonly image: string
  readonly owner: string
  readonly at: string | undefined
  /** Of its commit; undefined where it was not built from here. */
  readonly committedAt: string | undefined
  readonly commit: string | undefined
  /** Undefined where it was never pushed from here. */
  readonly digest: string | undefined
}

type BuiltImage = NotedImage & { readonly at: string }

/** Each image once, those of the newest commits first; an image whose commit has no date counts by its own. */
function noted(operations: readonly Operation[], { registryHost }: ToolContext): BuiltImage[] {
  const images = new Map<string, BuiltImage>()
  for (const { tool, facts, end } of operations) {
    const { image, commit, digest } = end?.result ?? {}
    const isOurs = tool === 'build_image' || tool === 'push_image'
    if (!isOurs || end?.status !== 'done' || typeof image !== 'string') continue
    const earlier = images.get(image)
    images.set(image, {
      image,
      owner: readFlyImage(image, registryHost).owner,
      at: end.at,
      committedAt: text(facts.committed_at) ?? earlier?.committedAt,
      commit: text(commit) ?? earlier?.commit,
      digest: text(digest) ?? earlier?.digest,
    })
  }
  return [...images.values()].sort(
    (one, other) => dateOf(other) - dateOf(one) || Date.parse(other.at) - Date.parse(one.at),
  )
}

function dateOf({ committedAt, at }: BuiltImage): number {
  return Date.parse(committedAt ?? at)
}

type Found = Omit<KnownImage, 'deployed_in'>

async function lookAt(
  images: readonly NotedImage[],
  context: ToolContext,
): Promise<{ readonly images: readonly Found[]; readonly warnings: readonly Warning[] }> {
  const look = (session?: RegistrySession) =>
    sideBySide(images, width, (each) => describe(each, session, context))
  if (images.every(({ digest }) => digest === undefined))
    return { images: await look(), warnings: [] }
  try {
    return { images: await withRegistryLogin(context, look), warnings: [] }
  } catch (error) {
    if (!(error instanceof FlyopsError) || context.signal.aborted) throw error
    const warning = { code: 'registry_unseen', cosmetic: false, text: error.message }
    return { images: await look(), warnings: [warning] }
  }
}

async function describe(
  { image, at, commit, digest }: NotedImage,
  session: RegistrySession | undefined,
  { docker, signal }: ToolContext,
): Promise<Found> {
  const local: LocalImage | undefined = await docker
    .inspectImage(image, { signal })
    .catch(() => undefined)
  return {
    image,
    ...(commit === undefined ? {} : { commit }),
    ...(readCommitTag(image).dirty ? { dirty: true } : {}),
    ...(digest === undefined ? {} : { digest }),
    local: local !== undefined,
    registry: digest === undefined ? 'never_pushed' : await inRegistry(image, digest, session),
    ...(at === undefined ? {} : { at }),
  }
}

async function inRegistry(
  image: string,
  digest: string,
  session: RegistrySession | undefined,
): Promise<KnownImage['registry']> {
  const remote = await session?.inspectRemote(image)
  if (remote?.kind === 'found') return remote.digest === digest ? 'there' : 'moved'
  return remote?.kind === 'absent' || remote?.kind === 'no_repository' ? 'gone' : 'unknown'
}

interface RunningImage {
  readonly app: string
  readonly image: string | undefined
  readonly digest: string
  readonly commit: string | undefined
  readonly release: number | undefined
}

/** What the apps run that were deployed from here, those of the newest deploys first, and those whose images are from here. */
async function findRunning(
  app: string | undefined,
  here: readonly NotedImage[],
  context: ToolContext,
): Promise<readonly RunningImage[]> {
  const deploys = await recordedDeploys(undefined, context)
  const ofImage = deploys.filter(
    (each) =>
      context.mayUseApp(each.app) &&
      (app === undefined ||
        each.app === app ||
        readFlyImage(each.image, context.registryHost).owner === app),
  )
  const known = [...ofImage.map((each) => each.app), ...here.map(({ owner }) => owner)]
  const all = new Set(app === undefined ? known : [...known, app])
  const apps = [...all].filter(context.mayUseApp).slice(0, mostApps)
  const found = await sideBySide(apps, width, async (name) => {
    const status = await context.flyctl.status(name, context).catch(() => undefined)
    const machine = status?.machines.find(({ imageDigest }) => imageDigest !== undefined)
    if (machine?.imageDigest === undefined) return []
    const { image, commit, release, imageDigest: digest } = machine
    return [{ app: name, image, commit, release, digest }]
  })
  return found.flat()
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
