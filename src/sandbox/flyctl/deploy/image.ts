import type { Api } from '../api/api.js'
import { imageQuery } from '../api/queries.js'
import { toJson } from '../go/encode.js'
import { any, int, pointer, string, struct, type ValueOf } from '../go/types.js'
import { FlyctlError, messageOf } from '../program/failure.js'
import type { Host } from '../program/host.js'
import { warn } from '../program/notices.js'

export interface ImageRequest {
  readonly host: Host
  readonly api: Api
  readonly appName: string
  readonly organization: string
  readonly ref: string
  /** What would build the image: told to the API, though nothing is built. */
  readonly builder: 'depot.dev' | 'remote'
}

export interface FoundImage {
  readonly ref: string
  readonly buildId: number
}

const image = struct('fly.Image', {
  id: string,
  digest: string,
  ref: string,
  compressedSize: string,
})
const answer = struct('Query', { app: struct('App', { image: pointer(image) }) })
const build = struct('uiex.BuildResponse', { id: int })
const strategies = ['Local Image Reference', 'Remote Image Reference'] as const

/** Looks an image up in Fly's registry. Raises FlyctlError where it is not there. */
export async function findImage(request: ImageRequest): Promise<FoundImage> {
  const { host, api, organization, ref } = request
  host.err('==> Building image\n')
  await api.uiex({
    path: `/organizations/${organization}`,
    answer: any,
    doing: 'get organization',
  })
  const buildId = await startBuild(request)
  host.err(`Searching for image '${ref}' remotely...\n`)
  const startedMs = Date.now()
  const finish = (found: Found) => finishBuild(request, buildId, { ...found, startedMs })
  try {
    const found = await ask(request)
    if (found === undefined) throw new FlyctlError(`could not find image ${JSON.stringify(ref)}`)
    host.err(`image found: ${found.id}\n`)
    await finish({ image: found })
    return { ref: found.ref ?? ref, buildId: buildId ?? 0 }
  } catch (error) {
    await finish({ problem: messageOf(error) })
    throw error
  }
}

async function ask({ api, appName, ref }: ImageRequest) {
  const variables = { appName, imageRef: ref }
  return (await api.ask({ query: imageQuery, variables, answer })).app?.image
}

/** Undefined where the API does not take it: flyctl goes on then. */
async function startBuild({ host, api, appName, builder }: ImageRequest) {
  const body = { app_name: appName, builder_type: builder, strategies_available: strategies }
  try {
    const doing = 'create build'
    const method = 'POST'
    const path = '/builds'
    return (await api.uiex({ method, path, body: toJson(body), answer: build, doing })).id
  } catch (error) {
    if (host.signal.aborted) throw error
    warn(host, `failed to create build in graphql: ${messageOf(error)}`)
    return undefined
  }
}

interface Found {
  readonly image?: ValueOf<typeof image>
  readonly problem?: string
}

async function finishBuild(
  { api, appName }: ImageRequest,
  buildId: number | undefined,
  { image: found, problem = '', startedMs }: Found & { readonly startedMs: number },
): Promise<void> {
  if (buildId === undefined) return
  const tookMs = Date.now() - startedMs
  const note = 'local docker daemon not available, skipping'
  const body = {
    build_id: buildId,
    app_name: appName,
    machine_id: '',
    status: found === undefined ? 'failed' : 'completed',
    strategies_attempted: [
      { error: '', note, result: 'failed', strategy: strategies[0] },
      {
        error: problem,
        note: '',
        result: found === undefined ? 'failed' : 'success',
        strategy: strategies[1],
      },
    ],
    builder_meta: noBuilder,
    final_image: {
      id: found?.id ?? '',
      size_bytes: Number(found?.compressedSize ?? 0),
      tag: found?.ref ?? '',
    },
    timings: { build_and_push_ms: tookMs, build_ms: tookMs, ...notTimed },
    logs: problem,
  }
  const finishing = api.uiex({
    method: 'POST',
    path: '/builds/finish',
    body: toJson(body),
    answer: any,
    doing: 'finish build',
  })
  // A build record is only statistics.
  await finishing.catch(() => {})
}

const noBuilder = {
  builder_type: '',
  buildkit_enabled: false,
  docker_version: '',
  platform: '',
  remote_app_name: '',
  remote_machine_id: '',
}
const notTimed = { builder_init_ms: -1, context_build_ms: -1, image_build_ms: -1, push_ms: -1 }
