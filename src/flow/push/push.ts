import type { LocalImage, RemoteImage } from '../../docker/docker.js'
import { FlyopsError } from '../../errors.js'
import { builtElsewhere, type Elsewhere } from '../build/elsewhere.js'
import { readCommitTag } from '../commit-tag.js'
import type { RegistrySession, ToolContext } from '../context.js'
import { type FlyImage, isContentOf, readFlyImage } from '../fly-image.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import { recordedFolder } from '../record/recorded-folder.js'
import { dockerLogin, withRegistryLogin } from '../registry-login.js'
import {
  appNotFound,
  digestOnly,
  type ImagePlace,
  imageNotLocal,
  imageNotPushed,
  refused,
  tagMoved,
} from './failures.js'
import type { PushInput } from './input.js'

type Found = Extract<RemoteImage, { kind: 'found' }>

interface Pushed {
  readonly remote: Found
  readonly layers: { readonly pushed: number; readonly existing: number }
  /** Set where the tag was there before, with this content. */
  readonly wasThere?: true
}

/** What need not be looked at again. */
export interface KnownImage {
  readonly remote?: RemoteImage | undefined
  readonly local?: EngineImage | undefined
}

/** By its id alone an image of the engine is told from another. */
type EngineImage = Pick<LocalImage, 'imageId'>

/** Pushes what the registry does not have yet, and keeps a record of it. */
export function pushAndRecord(request: PushInput, context: ToolContext, known: KnownImage = {}) {
  const reference = readFlyImage(request.image, context.registryHost)
  const operation = { tool: 'push_image', app: reference.owner, args: request }
  return recorded(operation, context, () => ensurePushed(request, reference, { ...context, known }))
}

async function ensurePushed(
  { image, overwrite }: PushInput,
  reference: FlyImage,
  context: ToolContext & { readonly known: KnownImage },
) {
  const startedAt = performance.now()
  const place = await placeOf(reference, context)
  const { known } = context
  const local = known.local ?? (await context.docker.inspectImage(image, context))
  const elsewhere = builtElsewhere(context)
  return withRegistryLogin(context, async (session) => {
    const remote = known.remote ?? (await session.inspectRemote(image))
    const {
      remote: found,
      layers,
      wasThere,
    } = alreadyThere(remote, local, { reference, elsewhere }) ??
    (await pushOnce({ reference, place, image, local, remote, overwrite }, session, context))
    const byDigest = `${reference.registry}/${reference.repository}@${found.digest}`
    return {
      status: 'done' as const,
      image,
      digest: found.digest,
      image_by_digest: byDigest,
      size_bytes: found.sizeBytes,
      layers,
      ...(wasThere ? { was_there: wasThere } : {}),
      auth: session.auth(),
      verified: true,
      duration_ms: Math.round(performance.now() - startedAt),
      next: [next.deployImage({ ...place, image }, 'the image is in the registry')],
    }
  })
}

async function placeOf({ owner: app }: FlyImage, context: ToolContext): Promise<ImagePlace> {
  return { app, context: await recordedFolder(app, context) }
}

interface Known {
  readonly reference: FlyImage
  /** What builds, and has pushed it then. */
  readonly elsewhere: Elsewhere | undefined
}

/** The same content is not pushed again; a digest can only be looked up. */
function alreadyThere(
  remote: RemoteImage,
  local: EngineImage | undefined,
  { reference, elsewhere }: Known,
): Pushed | undefined {
  if (remote.kind !== 'found') return undefined
  const isSame =
    local === undefined
      ? elsewhere !== undefined || reference.digest !== undefined
      : isContentOf(local.imageId, remote)
  const layers = { pushed: 0, existing: remote.layers }
  return isSame ? { remote, layers, wasThere: true } : undefined
}

interface PushRequest {
  readonly reference: FlyImage
  readonly place: ImagePlace
  readonly image: string
  readonly local: EngineImage | undefined
  readonly remote: RemoteImage
  readonly overwrite: boolean
}

async function pushOnce(
  request: PushRequest,
  session: RegistrySession,
  context: ToolContext,
): Promise<Pushed> {
  const { reference, place, image, local, remote, overwrite } = request
  const elsewhere = builtElsewhere(context)
  if (elsewhere !== undefined)
    throw remote.kind === 'failed'
      ? refused(image, remote.text)
      : imageNotPushed(image, place, elsewhere)
  if (local === undefined) throw imageNotLocal(image, place)
  if (reference.digest !== undefined) throw digestOnly(image)
  if (remote.kind === 'no_repository') throw appNotFound(image, reference, remote.text)
  if (remote.kind === 'failed') throw refused(image, remote.text)
  if (remote.kind === 'found' && readCommitTag(image).commit !== undefined && !overwrite)
    throw tagMoved(image, place, remote)
  const layers = await push(image, reference, session, context)
  const verified = await session.inspectRemote(image)
  if (verified.kind === 'found' && isContentOf(local.imageId, verified))
    return { remote: verified, layers }
  throw new FlyopsError(
    'push_refused',
    'push',
    `${image} was pushed, but the registry does not show it.`,
    {
      remedy: 'Push it once more.',
      retry: 'once',
      evidence: verified.kind === 'found' ? `the registry shows ${verified.digest}` : verified.kind,
    },
  )
}

async function push(
  image: string,
  reference: FlyImage,
  session: RegistrySession,
  context: ToolContext,
) {
  const options = { signal: context.signal, onProgress: context.progress, onOutput: context.output }
  const login = dockerLogin(session)
  let outcome = await context.docker.push(image, login, options)
  while (outcome.kind === 'unauthorized') {
    await session.renew(outcome.text)
    outcome = await context.docker.push(image, login, options)
  }
  switch (outcome.kind) {
    case 'pushed':
      return outcome.layers
    case 'no_repository':
      throw appNotFound(image, reference, outcome.text)
    case 'cancelled':
      throw new FlyopsError('cancelled', 'push', `The push of ${image} was cancelled.`, {
        remedy:
          'Nothing was tagged in the registry; layers already sent are kept, so a new push is shorter.',
        retry: 'yes',
      })
    case 'refused':
      throw refused(image, outcome.text)
  }
}
