import { FlyopsError } from '../../errors.js'
import type { Buildkit } from '../docker.js'

/** The plugin through which docker reaches a buildkitd. */
export function noBuildx({ address }: Buildkit): FlyopsError {
  const message = `Building at ${address} needs docker buildx 0.13 or newer, which is not installed.`
  return new FlyopsError('buildx_missing', 'preflight', message, {
    remedy:
      'Install the docker buildx plugin, or unset FLYOPS_BUILDKIT to build in a Docker engine.',
  })
}

/** What buildx says where the buildkitd went away in the middle (gRPC's code; buildx 0.38). */
export const wentAway = /code = Unavailable|connection error: desc/

export function down({ address, certs }: Buildkit, evidence: string): FlyopsError {
  const where =
    certs === undefined
      ? 'FLYOPS_BUILDKIT; where it asks for certificates, set FLYOPS_BUILDKIT_CERTS'
      : 'FLYOPS_BUILDKIT or FLYOPS_BUILDKIT_CERTS'
  const message = `The buildkitd at ${address} does not answer.`
  return new FlyopsError('docker_daemon_down', 'preflight', message, {
    remedy: `Start it, or correct ${where}; then try again.`,
    retry: 'once',
    evidence,
  })
}
