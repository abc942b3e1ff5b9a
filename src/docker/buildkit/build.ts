import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import { parseJson } from '../../process/json.js'
import { lastLines } from '../../process/tail.js'
import { requestWarnings } from '../build-warnings.js'
import * as commands from '../commands.js'
import type { BuildRequest, DeliveredBuild, Delivery, WorkOptions } from '../docker.js'
import { isStepFailure } from '../failures.js'
import { loginEnvironment } from '../login.js'
import { refusal } from '../push.js'
import { runBuild } from '../run-build.js'
import { askBuildkit } from './describe.js'
import { down, wentAway } from './failures.js'
import { type BuildkitParts, withInstance } from './instance.js'

const metadata = z.object({ 'containerimage.digest': z.string() })

/** Builds at the buildkitd, which pushes by that login. Raises what a build raises, `buildx_missing` and `docker_daemon_down`. */
export function buildAndDeliver(
  parts: BuildkitParts,
  { request, delivery }: { readonly request: BuildRequest; readonly delivery: Delivery },
  options: WorkOptions,
): Promise<DeliveredBuild> {
  const { start, buildkit } = parts
  return withInstance(parts, options, async (instance) => {
    await askBuildkit(parts, instance, options)
    const { name, env, folder } = instance
    const metadataFile = join(folder, 'metadata.json')
    const how = { instance: name, metadataFile, pushes: delivery.pushes }
    const { result, reader, failure } = await runBuild(
      {
        start,
        kind: 'buildx',
        args: (placed) => commands.buildAtInstance(placed, how),
        env: { ...loginEnvironment(delivery.login), ...env },
        withoutEngine: true,
      },
      request,
      options,
    )
    if (result.outcome === 'failed' && !isStepFailure(result)) {
      const text = lastLines(result.stderr, 3, 2_000)
      if (wentAway.test(text)) throw down(buildkit, text)
      if (/failed to push/i.test(text)) return refusal(text)
    }
    if (result.outcome !== 'ok') throw failure()
    return {
      kind: 'built',
      digest: await readDigest(metadataFile),
      steps: reader.steps(),
      durationMs: result.durationMs,
      warnings: [...requestWarnings(request), ...reader.warnings()],
    }
  })
}

async function readDigest(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const { data } = metadata.safeParse(parseJson(text))
  if (data !== undefined) return data['containerimage.digest']
  throw new FlyopsError('build_failed', 'build', 'buildx built, and does not tell the digest.', {
    remedy: 'Install a newer docker buildx plugin, and build again.',
  })
}
