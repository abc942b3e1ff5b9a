import type { ErrorCode } from '../error-codes.js'
import type { Retry } from '../errors.js'

export interface KnownFailure {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  readonly retry?: Retry
}

/** What docker 20.10 to 28 and buildx 0.38 say where no engine can be used; the first that matches wins. */
export const engineFailures: readonly KnownFailure[] = [
  {
    pattern:
      /permission denied while trying to connect to the docker|dial unix .*permission denied/i,
    code: 'docker_daemon_down',
    message: 'This user may not use the Docker engine',
    remedy:
      'Add the user to the group docker and log in again, or use another engine with DOCKER_HOST.',
  },
  {
    pattern: /unable to resolve docker endpoint/i,
    code: 'docker_daemon_down',
    message: 'The docker context that is selected does not exist',
    remedy:
      'Select one that `docker context ls` shows with `docker context use` or DOCKER_CONTEXT.',
  },
  {
    pattern:
      /Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect|docker daemon is not running|dial unix .*(?:no such file|connection refused)/i,
    code: 'docker_daemon_down',
    message: 'The Docker engine does not answer',
    remedy:
      'Start Docker, or correct DOCKER_HOST or the docker context, or build without it: set FLYOPS_BUILDER=fly for Fly.io’s remote builder, or FLYOPS_BUILDKIT to the address of a buildkitd; then try again.',
    retry: 'once',
  },
]

/** Ends of a build that are more than `build_failed`; why those happened is what diagnoses tell. */
export const buildFailures: readonly KnownFailure[] = [
  {
    pattern:
      /requires BuildKit|buildx component is missing|the --(?:mount|link|chmod|checksum|parents|exclude) (?:option|flag)/i,
    code: 'buildx_missing',
    message:
      'The Dockerfile uses features of BuildKit, and this docker has only the legacy builder.',
    remedy: 'Install the docker buildx plugin, and build again.',
  },
  {
    pattern:
      /failed to read dockerfile|unable to prepare context|Cannot locate specified Dockerfile|failed to (?:read|open) Dockerfile/i,
    code: 'dockerfile_missing',
    message: 'docker cannot read the Dockerfile or its folder.',
    remedy: 'Say where the Dockerfile is with `context` or `dockerfile`.',
  },
]
