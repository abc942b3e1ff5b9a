import { z } from 'zod'
import type { LocalImage, RemoteImage } from '../docker/docker.js'
import { FlyopsError } from '../errors.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { appNotFound, digestOnly, imageNotLocal, refused, tagMoved } from './push-failures.js'
import { recorded } from './recorded.js'
import { type FlyImage, isContentOf, readFlyImage } from './references.js'
import { type RegistrySession, withRegistryLogin } from './registry-login.js'
import { mayReplace, type ToolContext } from './tool.js'

const input = z.strictObject({
  image: fields.image,
  overwrite: z
    .boolean()
    .default(false)
    .describe('Move a commit tag that names other content in the registry'),
})

const output = z.object({
  status: fields.status,
  image: z.string().optional(),
  digest: z.string().optional(),
  image_by_digest: z.string().optional(),
  size_bytes: fields.count.optional(),
  layers: z.object({ pushed: fields.count, existing: fields.count }).optional(),
  auth: z.enum(['fresh', 'renewed']).optional(),
  verified: z.boolean().optional(),
  duration_ms: fields.count.optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

type Input = z.output<typeof input>
type Output = z.output<typeof output>
type Found = Extract<RemoteImage, { kind: 'found' }>

interface Pushed {
  readonly remote: Found
  readonly layers: { readonly pushed: number; readonly existing: number }
}

export const pushImage = defineLongTool({
  name: 'push_image',
  title: 'Push an image to the Fly registry',
  description:
    'Logs docker in to the Fly registry with a private, short-lived login, pushes the image that build_image made and verifies its manifest. What the registry already has is not pushed again. The app that owns the repository must exist: call create_app first. Refuses to move a commit tag to other content unless overwrite. Next: deploy_image.',
  annotations: mayReplace,
  input,
  output,
  stage: 'push',
  work: 'push',
  outlivesCaller: () => false,
  run: (request, context) => pushRecorded(request, context),
  summarize: ({ image, digest, layers }) =>
    layers?.pushed === 0
      ? `${image} was already in the registry as ${digest}; nothing was pushed.`
      : `Pushed ${image} as ${digest}, and verified it in the registry.`,
})

/** Pushes what the registry, as `known` or asked now, does not have yet, and keeps a record of it. */
export function pushRecorded(
  request: Input,
  context: ToolContext,
  known?: RemoteImage,
): Promise<Output> {
  const reference = readFlyImage(request.image, context.registryHost)
  const operation = { tool: 'push_image', app: reference.owner, args: request }
  return recorded(operation, context, () => ensurePushed(request, reference, { ...context, known }))
}

async function ensurePushed(
  { image, overwrite }: Input,
  reference: FlyImage,
  context: ToolContext & { readonly known: RemoteImage | undefined },
): Promise<Output> {
  const startedAt = performance.now()
  const local = await context.docker.inspectImage(image, context)
  return withRegistryLogin(context, async (session) => {
    const remote = context.known ?? (await session.inspectRemote(image))
    const { remote: found, layers } =
      alreadyThere(remote, local, reference) ??
      (await pushOnce({ reference, image, local, remote, overwrite }, session, context))
    const byDigest = `${reference.registry}/${reference.repository}@${found.digest}`
    return {
      status: 'done' as const,
      image,
      digest: found.digest,
      image_by_digest: byDigest,
      size_bytes: found.sizeBytes,
      layers,
      auth: session.auth(),
      verified: true,
      duration_ms: Math.round(performance.now() - startedAt),
      next: [
        {
          tool: 'deploy_image',
          arguments: { app: reference.owner, image },
          why: 'the image is in the registry',
        },
      ],
    }
  })
}

/** The same content is not pushed again; a digest can only be looked up. */
function alreadyThere(
  remote: RemoteImage,
  local: LocalImage | undefined,
  reference: FlyImage,
): Pushed | undefined {
  if (remote.kind !== 'found') return undefined
  const isSame =
    local === undefined ? reference.digest !== undefined : isContentOf(local.imageId, remote)
  return isSame ? { remote, layers: { pushed: 0, existing: remote.layers } } : undefined
}

interface PushRequest {
  readonly reference: FlyImage
  readonly image: string
  readonly local: LocalImage | undefined
  readonly remote: RemoteImage
  readonly overwrite: boolean
}

async function pushOnce(
  request: PushRequest,
  session: RegistrySession,
  context: ToolContext,
): Promise<Pushed> {
  const { reference, image, local, remote, overwrite } = request
  if (local === undefined) throw imageNotLocal(image, reference)
  if (reference.digest !== undefined) throw digestOnly(image)
  if (remote.kind === 'no_repository') throw appNotFound(image, reference, remote.text)
  if (remote.kind === 'failed') throw refused(image, remote.text)
  if (remote.kind === 'found' && isCommitTag(reference.tag) && !overwrite)
    throw tagMoved(image, remote)
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
  let outcome = await context.docker.push(image, session.login, options)
  while (outcome.kind === 'unauthorized') {
    await session.renew(outcome.text)
    outcome = await context.docker.push(image, session.login, options)
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

/** Tags that build_image makes: a short SHA, with or without the mark of a dirty context. */
function isCommitTag(tag: string | undefined): boolean {
  return tag !== undefined && /^[0-9a-f]{7,40}(-dirty-[0-9a-f]{8})?$/.test(tag)
}
