import * as commands from '../commands.js'
import { bounded } from '../describe.js'
import type { WorkOptions } from '../docker.js'
import { unexpectedFailure } from '../failures.js'
import { down } from './failures.js'
import { type BuildkitParts, type Instance, withInstance } from './instance.js'

/** Raises `buildx_missing`, and `docker_daemon_down` where it does not answer. */
export function describeBuildkit(
  parts: BuildkitParts,
  options: WorkOptions,
): Promise<{ readonly version: string }> {
  return withInstance(parts, options, (instance) => askBuildkit(parts, instance, options))
}

/** Asks it at once: a build waits 20 s for one that does not answer (buildx 0.38). */
export async function askBuildkit(
  { start, buildkit }: BuildkitParts,
  { name, env }: Instance,
  options: WorkOptions,
): Promise<{ readonly version: string }> {
  const without = { env, withoutEngine: true } as const
  const result = await start(commands.inspectInstance(name), bounded(options), without)
  if (result.outcome !== 'ok')
    throw unexpectedFailure(result, 'asking the buildkitd of FLYOPS_BUILDKIT for its version')
  // buildx ends well also where it reaches nothing: "Status: inactive", or "Error: failed to list workers: …".
  const version = /^BuildKit version:\s+(\S+)/m.exec(result.stdout)?.[1]
  if (version !== undefined) return { version }
  throw down(buildkit, /^(?:Error|Status):.*$/m.exec(result.stdout)?.[0] ?? '')
}
