import type { RunOptions } from '../process/command.js'
import { buildImage } from './build.js'
import { findBuilder } from './builder.js'
import { buildAndDeliver } from './buildkit/build.js'
import { describeBuildkit } from './buildkit/describe.js'
import * as commands from './commands.js'
import { startContainer } from './containers.js'
import { clientVersion, describeEngine, isLocal } from './describe.js'
import type { BuilderKind, Buildkit, Docker } from './docker.js'
import { unexpectedFailure } from './failures.js'
import { readExposedPorts, readInspection } from './images.js'
import { createRegistryLogin, loginEnvironment } from './login.js'
import { pushImage } from './push.js'
import { isLoopback, readRemote } from './remote.js'
import { createStart, type DockerParts, expectDocker } from './start.js'

const callTimeoutMs = 60_000

export interface DockerOptions extends DockerParts {
  /** Where it builds in place of the engine. */
  readonly buildkit?: Buildkit | undefined
  /** Whether no engine builds, so that none has what is built. */
  readonly isBuiltElsewhere?: boolean
}

/** The docker client on a real program. */
export function createDocker({
  buildkit,
  isBuiltElsewhere = buildkit !== undefined,
  ...parts
}: DockerOptions): Docker {
  const start = createStart(parts)
  let found: BuilderKind | undefined

  const docker: Docker = {
    clientVersion: (options) => clientVersion(start, options),
    describeEngine: (options) => describeEngine(start, options),
    findBuilder: (options) => findBuilder(start, options),
    async build(request, options = {}) {
      found ??= await findBuilder(start, options)
      return buildImage({ start, kind: found, inspect: docker.inspectImage }, request, options)
    },
    buildkit: buildkit?.address,
    async buildAndDeliver(request, delivery, options = {}) {
      return buildAndDeliver({ start, buildkit: named(buildkit) }, { request, delivery }, options)
    },
    async describeBuildkit(options = {}) {
      return describeBuildkit({ start, buildkit: named(buildkit) }, options)
    },
    async inspectImage(image, { signal } = {}) {
      if (isBuiltElsewhere) return undefined
      const result = await start(commands.inspectImage(image), quick(signal))
      if (result.outcome === 'ok') return readInspection(result)
      if (/no such (?:image|object)/i.test(result.stderr)) return undefined
      throw unexpectedFailure(result, `looking at the image ${image}`)
    },
    isLocal: () => isLocal(start),
    startContainer: (request) => startContainer(start, request),
    async createLogin() {
      // Without a docker to log in, flyctl would write into the user's own configuration (flyctl 2026.8, auth/docker.go).
      await expectDocker(parts)
      return createRegistryLogin(parts.env)
    },
    async inspectRemote(image, login, { signal } = {}) {
      const args = commands.inspectManifest(image, isLoopback(image))
      const result = await start(args, quick(signal), {
        env: loginEnvironment(login),
      })
      if (result.outcome === 'cancelled') throw unexpectedFailure(result, `asking for ${image}`)
      return readRemote(result)
    },
    async remotePorts(image, login, { signal } = {}) {
      const result = await start(commands.inspectRemoteConfig(image), quick(signal), {
        env: loginEnvironment(login),
        withoutEngine: true,
      })
      return result.outcome === 'ok' ? readExposedPorts(result) : []
    },
    push: (image, login, options = {}) =>
      pushImage({ start, inspectRemote: docker.inspectRemote }, image, login, options),
  }
  return docker
}

function named(buildkit: Buildkit | undefined): Buildkit {
  if (buildkit === undefined) throw new Error('the settings name no buildkitd')
  return buildkit
}

function quick(signal: AbortSignal | undefined): RunOptions {
  return {
    timeoutMs: callTimeoutMs,
    maxReplyBytes: 4 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  }
}
