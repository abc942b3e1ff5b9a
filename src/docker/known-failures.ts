import type { ErrorCode, Retry } from '../errors.js'

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
    remedy: 'Start Docker, or correct DOCKER_HOST or the docker context; then try again.',
    retry: 'once',
  },
]

/** What can end a step and is no fault of its command. */
export const stepFailures: readonly KnownFailure[] = [
  {
    pattern: /no space left on device/i,
    code: 'build_failed',
    message: 'A step of the build found no room on its disk.',
    remedy: 'Free space with `docker system prune`, and build again.',
    retry: 'once',
  },
  {
    pattern: /exec format error/i,
    code: 'build_failed',
    message: 'A step starts a program for another kind of processor.',
    remedy: 'Use a base image and programs of the platform that is built for.',
  },
]

/** Texts that docker itself ends a build with. */
export const buildFailures: readonly KnownFailure[] = [
  ...stepFailures,
  {
    pattern:
      /requires BuildKit|buildx component is missing|the --(?:mount|link|chmod|checksum|parents|exclude) (?:option|flag)/i,
    code: 'buildx_missing',
    message:
      'The Dockerfile uses features of BuildKit, and this docker has only the builder before it.',
    remedy: 'Install the docker buildx plugin, and build again.',
  },
  {
    pattern: /does not match the specified platform|no match for platform/i,
    code: 'build_failed',
    message: 'The base image of the Dockerfile does not exist for the platform.',
    remedy: 'Correct `platform`, or the name after FROM.',
  },
  {
    pattern:
      /pull access denied|manifest for .* not found|manifest unknown|failed to resolve source metadata|failed to do request|\/v2\/.*(?:no such host|timeout|refused)|toomanyrequests/i,
    code: 'build_failed',
    message: 'The base image of the Dockerfile cannot be pulled.',
    remedy: 'Correct the name after FROM, or the network and the login of docker.',
    retry: 'once',
  },
  {
    pattern:
      /failed to read dockerfile|unable to prepare context|Cannot locate specified Dockerfile|failed to (?:read|open) Dockerfile/i,
    code: 'dockerfile_missing',
    message: 'docker cannot read the Dockerfile or its folder.',
    remedy: 'Say where the Dockerfile is with `context` or `dockerfile`.',
  },
  {
    pattern:
      /dockerfile parse error|unknown instruction|target stage .* could not be found|failed to reach build target|dockerfile.* cannot be empty|file with no instructions/i,
    code: 'build_failed',
    message: 'The Dockerfile is not valid, or has no such stage.',
    remedy: 'Correct the line that the evidence names, or `target`.',
  },
]
