import type { BuildRequest, RemoteImage } from '../../docker/docker.js'
import { type FollowedBuild, followBuild } from '../../docker/follow-build.js'
import { inputsLabel } from '../../fly/image-labels.js'
import type { RegistrySession, ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { refused } from '../push/failures.js'
import { atFlyFailure } from './at-fly-failures.js'
import { type Delivered, findFixed, heldBack } from './delivered.js'
import type { BuildInput } from './input.js'

/**
 * Builds at Fly's remote builder, which pushes in the same step, and sees the image in the registry. A commit tag that is
 * there is not pushed over: it is of the same inputs, or raises `tag_moved`.
 */
export async function buildAtFly(
  wanted: BuildRequest,
  request: BuildInput,
  session: RegistrySession,
  context: ToolContext,
): Promise<Delivered> {
  const { image } = wanted
  const fixed = await findFixed(image, session)
  if (fixed !== undefined) {
    if (wanted.noCache || !isOf(wanted, fixed)) throw heldBack(request, image, fixed)
    const steps = { total: 0, cached: 0 }
    return { found: fixed, digest: fixed.digest, steps, durationMs: 0, warnings: [] }
  }
  const built = await run(wanted, request, context)
  const { result, reader } = built
  if (result.outcome !== 'ok') throw atFlyFailure(built, request, image)
  const seen = await session.inspectRemote(image)
  if (seen.kind !== 'found' || !isOf(wanted, seen))
    throw refused(
      image,
      `not seen after the push: ${seen.kind === 'found' ? seen.digest : seen.kind}`,
    )
  const { durationMs } = result
  const warnings = reader.warnings()
  return { found: seen, digest: seen.digest, steps: reader.steps(), durationMs, warnings }
}

function run(
  wanted: BuildRequest,
  { app }: BuildInput,
  context: ToolContext,
): Promise<FollowedBuild> {
  const { tag = '' } = readFlyImage(wanted.image, context.registryHost)
  const { signal, progress, output } = context
  return followBuild(
    {
      kind: 'buildkit',
      run: ({ sourceDateEpoch, ...placed }, options) => {
        // As buildx hands it over: the image then depends on the commit alone (BuildKit, docs/build-repro.md).
        const buildArgs = { SOURCE_DATE_EPOCH: String(sourceDateEpoch), ...placed.buildArgs }
        return context.flyctl.build({ ...placed, app, tag, buildArgs }, options)
      },
    },
    wanted,
    { signal, onProgress: progress, onOutput: output },
  )
}

/** Whether it was built from the same; two builds of one commit may differ otherwise. */
function isOf({ labels }: BuildRequest, found: Extract<RemoteImage, { kind: 'found' }>): boolean {
  return found.labels?.[inputsLabel] === labels[inputsLabel]
}
