import { buildFailure, isStepFailure } from '../../docker/failures.js'
import type { FollowedBuild } from '../../docker/follow-build.js'
import { refusal } from '../../docker/push.js'
import { FlyopsError } from '../../errors.js'
import { errorLineOf, flyctlFailure } from '../../fly/failures.js'
import { refused } from '../push/failures.js'
import { noApp } from './delivered.js'
import type { BuildInput } from './input.js'

/** How flyctl says that it has no builder: Depot's, a machine of the organization's, or a buildkitd (flyctl 2026.8, imgsrc). */
const builderAway =
  /depot builder|buildkit client|connect to buildkit|wireguard|websocket|remote builder|builder machine|launch VM|error connecting to docker|heartbeat/i

/** A platform without builders, such as the sandbox, says it so. */
const buildersMissing = /has no builders: set BUILDKIT_ADDR/i

export const setBuildkitAddress =
  'Set BUILDKIT_ADDR to the address of a buildkitd where flyops is started; or unset FLYOPS_BUILDER, and build in a Docker engine, or at a buildkitd with FLYOPS_BUILDKIT.'

/** What a build at Fly's remote builder means that did not succeed. */
export function atFlyFailure(
  { result, failingOutput }: Pick<FollowedBuild, 'result' | 'failingOutput'>,
  request: BuildInput,
  image: string,
): FlyopsError {
  const text = errorLineOf(result) ?? ''
  if (result.outcome === 'cancelled' || isStepFailure(result))
    return buildFailure(result, failingOutput)
  if (/failed to push/i.test(text)) {
    const { kind } = refusal(text)
    if (kind === 'refused') return refused(image, text)
    if (kind === 'no_repository') return noApp(image, text, request)
  } else if (/failed to solve/i.test(text)) return cannotBuild(text)
  else if (buildersMissing.test(text)) return noBuilders(text)
  else if (builderAway.test(text)) return noBuilder(text)
  const doing = `building ${image} at Fly.io’s remote builder`
  return flyctlFailure(result, { stage: 'build', doing, fallback: 'build_failed' })
}

/** BuildKit could not begin: a base image that is not to be had, or a Dockerfile that it cannot read. */
function cannotBuild(evidence: string): FlyopsError {
  const message = 'Fly.io’s remote builder could not build the image.'
  return new FlyopsError('build_failed', 'build', message, {
    remedy: 'Correct what the evidence shows, and build again.',
    evidence,
  })
}

function noBuilders(evidence: string): FlyopsError {
  const message = 'This platform has no remote builder.'
  return new FlyopsError('docker_daemon_down', 'build', message, {
    remedy: setBuildkitAddress,
    evidence,
  })
}

function noBuilder(evidence: string): FlyopsError {
  const message = 'Fly.io’s remote builder does not answer.'
  return new FlyopsError('docker_daemon_down', 'build', message, {
    remedy:
      'Try again, and look at https://status.flyio.net; where it stays so, unset FLYOPS_BUILDER, and build in a Docker engine, or at a buildkitd with FLYOPS_BUILDKIT.',
    retry: 'once',
    evidence,
  })
}
