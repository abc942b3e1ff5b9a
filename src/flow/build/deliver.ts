import type { BuildRequest } from '../../docker/docker.js'
import { findApp } from '../app/find.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { withRegistryLogin } from '../registry-login.js'
import { buildAtBuildkit } from './at-buildkit.js'
import { buildAtFly } from './at-fly.js'
import { noApp } from './delivered.js'
import type { BuildInput } from './input.js'

/** Builds where the settings say, and pushes in the same step. Raises what a build and a push raise. */
export async function deliver(wanted: BuildRequest, request: BuildInput, context: ToolContext) {
  const { image } = wanted
  if (!context.isStep) await expectApp(image, request, context)
  return withRegistryLogin(context, async (session) => {
    const build = context.registry === undefined ? buildAtBuildkit : buildAtFly
    const built = await build(wanted, request, session, context)
    return {
      image_id: built.found.configDigest,
      digest: built.digest,
      architecture: wanted.platform.split('/')[1] ?? '',
      size_bytes: built.found.sizeBytes,
      steps: built.steps,
      duration_ms: built.durationMs,
      warnings: built.warnings,
      next: [
        next.deployImage(
          { app: request.app, context: request.context, image },
          'the build has pushed it',
        ),
      ],
    }
  })
}

/** Before the build: a push that has nowhere to go is known only after it. */
async function expectApp(image: string, request: BuildInput, context: ToolContext): Promise<void> {
  const app = await findApp(request.app, context)
  if (app === undefined) throw noApp(image, undefined, request)
}
