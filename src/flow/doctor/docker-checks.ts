import type { BuilderKind, Docker, Engine } from '../../docker/docker.js'
import { isLoopback } from '../../docker/remote.js'
import { hasCode } from '../../errors.js'
import { setBuildkitAddress } from '../build/at-fly-failures.js'
import { builtElsewhere, type Elsewhere } from '../build/elsewhere.js'
import { type Check, type Finding, failed, ok, type Scene, warning } from './check.js'

/** Where else images are built, by what a remedy that says so already has in it. */
const waysElsewhere: readonly (readonly [string, string])[] = [
  ['FLYOPS_BUILDER', 'at Fly.io’s remote builder, without docker, with FLYOPS_BUILDER=fly'],
  [
    'FLYOPS_BUILDKIT',
    'without an engine, with docker’s command and buildx alone, at a buildkitd with FLYOPS_BUILDKIT=tcp://HOST:PORT',
  ],
  [
    'DOCKER_HOST=',
    'on a remote engine, for which docker’s command alone is enough, with DOCKER_HOST=ssh://USER@HOST',
  ],
]

const needsNoEngine =
  'FLYOPS_BUILDKIT needs docker’s command line with buildx, but no engine: install these two, or set FLYOPS_DOCKER to the path of docker; or, to do without docker, unset FLYOPS_BUILDKIT and set FLYOPS_BUILDER=fly: Fly.io’s remote builder then builds.'

export const dockerClient: Check = {
  name: 'docker',
  fixWhenSlow: 'See in a terminal whether `docker --version` answers.',
  async run({ docker, registry, signal }) {
    if (registry !== undefined)
      return warning('Not needed: FLYOPS_BUILDER has images built at Fly.io.')
    try {
      return ok(`docker ${await docker.clientVersion({ signal })}`)
    } catch (error) {
      if (!hasCode(error, 'docker_missing')) throw error
      const isNeeded = docker.buildkit !== undefined
      return failed(error.message, isNeeded ? needsNoEngine : orElsewhere(error.remedy))
    }
  },
}

export const dockerEngine: Check = {
  name: 'engine',
  fixWhenSlow: orElsewhere('See whether the engine is well with `docker info`'),
  async run({ docker, registry, signal }) {
    const elsewhere = builtElsewhere({ docker, registry })
    if (elsewhere !== undefined) return unused(elsewhere)
    try {
      return judgeEngine(await docker.describeEngine({ signal }))
    } catch (error) {
      if (hasCode(error, 'docker_missing')) return notChecked
      if (!hasCode(error, 'docker_daemon_down')) throw error
      return failed(error.message, orElsewhere(error.remedy))
    }
  },
}

export const builder: Check = {
  name: 'builder',
  fixWhenSlow: 'See in a terminal whether `docker buildx version` answers.',
  async run(scene) {
    const { docker, registry, flyctl, signal } = scene
    try {
      if (registry !== undefined) return judgeFlyBuilder(await flyctl.version({ signal }), scene)
      if (docker.buildkit !== undefined) return await askBuildkit(docker.buildkit, docker, signal)
      return builderFindings[await docker.findBuilder({ signal })]
    } catch (error) {
      if (hasCode(error, 'docker_missing')) return notChecked
      throw error
    }
  },
}

async function askBuildkit(address: string, docker: Docker, signal: AbortSignal): Promise<Finding> {
  const { version } = await docker.describeBuildkit({ signal })
  return ok(`buildkitd ${version} at ${address}: it builds and pushes`)
}

/** It is found, or made, when it is first asked to build. */
function judgeFlyBuilder(
  { standIn }: { readonly standIn: boolean },
  { registryHost, env }: Pick<Scene, 'registryHost' | 'env'>,
): Finding {
  if (!standIn && isLoopback(`${registryHost}/`) && !env.BUILDKIT_ADDR)
    return failed('The sandbox has no remote builder.', setBuildkitAddress)
  if (!standIn) return ok('Fly.io’s remote builder, through flyctl: it builds and pushes')
  return failed(
    'The stand-in of the flyops sandbox has no remote builder.',
    'Set FLYOPS_FLYCTL to a real flyctl, and BUILDKIT_ADDR to a buildkitd that it builds at; or unset FLYOPS_BUILDER.',
  )
}

function unused({ setting }: Elsewhere): Finding {
  return warning(
    `Not used: ${setting} says where images are built, so none is tested before its push.`,
  )
}

const notChecked = warning('Not checked: docker was not found.')

const builderFindings: Readonly<Record<BuilderKind, Finding>> = {
  buildx: ok('buildx'),
  buildkit: ok('BuildKit through `docker build`; no buildx from 0.13 on'),
  legacy: warning(
    'The legacy builder: no buildx, and this docker builds with BuildKit through it alone.',
    'Install the docker buildx plugin where a Dockerfile uses features of BuildKit, such as RUN --mount.',
  ),
}

/** Fly's machines run linux/amd64. */
function judgeEngine({ version, os, architecture }: Engine): Finding {
  const engine = `Engine ${version}, ${os}/${architecture}`
  if (os !== 'linux') {
    return failed(`${engine}: it builds no Linux images.`, 'Switch Docker to Linux containers.')
  }
  if (architecture === 'amd64') return ok(engine)
  return warning(
    `${engine}: it builds for linux/amd64 by emulation, which is slow or missing.`,
    'Where builds end with "exec format error", install emulation with `docker run --privileged --rm tonistiigi/binfmt --install amd64`, or set DOCKER_HOST to an amd64 engine.',
  )
}

function orElsewhere(remedy = ''): string {
  const ways = waysElsewhere.flatMap(([named, way]) => (remedy.includes(named) ? [] : [way]))
  const elsewhere = [...ways, 'or in CI that builds and pushes, to go on here with deploy_image.']
  return `${remedy.replace(/\.$/, '')}; or build elsewhere: ${elsewhere.join('; ')}`
}
