import { type ErrorCode, FlyopsError, type Retry } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { lastLines } from '../process/tail.js'

interface KnownFailure {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  readonly retry?: Retry
}

/** Texts of docker 20.10 to 28 that mean something else than a failing build step; the first that matches wins. */
const knownFailures: readonly KnownFailure[] = [
  {
    pattern:
      /Cannot connect to the Docker daemon|error during connect|docker daemon is not running|dial unix .*(?:no such file|connection refused)/i,
    code: 'docker_daemon_down',
    message: 'The Docker engine does not answer.',
    remedy: 'Start Docker, or correct DOCKER_HOST or the docker context; then try again.',
    retry: 'once',
  },
  {
    pattern:
      /permission denied while trying to connect to the Docker daemon|docker\.sock: connect: permission denied/i,
    code: 'docker_daemon_down',
    message: 'This user may not use the Docker engine.',
    remedy:
      'Add the user to the group docker and log in again, or use another engine with DOCKER_HOST.',
  },
  {
    pattern:
      /requires BuildKit|the --(?:mount|link|chmod|checksum|parents|exclude) (?:option|flag)/i,
    code: 'buildx_missing',
    message:
      'The Dockerfile uses features of BuildKit, and this docker has only the builder before it.',
    remedy: 'Install the docker buildx plugin, and build again.',
  },
  {
    pattern: /no space left on device/i,
    code: 'build_failed',
    message: 'The disk of the Docker engine is full.',
    remedy: 'Free space with `docker system prune`, and build again.',
    retry: 'once',
  },
  {
    pattern:
      /pull access denied|manifest for .* not found|manifest unknown|failed to resolve source metadata|(?:docker\.io|registry-1).*(?:not found|no such host|denied)/i,
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
      /dockerfile parse error|unknown instruction|target stage .* could not be found|failed to reach build target/i,
    code: 'build_failed',
    message: 'The Dockerfile is not valid, or has no such stage.',
    remedy: 'Correct the line that the evidence names, or `target`.',
  },
]

function match(text: string): KnownFailure | undefined {
  return knownFailures.find(({ pattern }) => pattern.test(text))
}

/** Whatever command it was: the engine or the user's rights, as the error to raise. */
export function engineFailure(result: RunResult): FlyopsError | undefined {
  const known = match(result.stderr)
  return known?.code === 'docker_daemon_down'
    ? raise(known, lastLines(result.stderr, 3))
    : undefined
}

/** What a build that did not succeed means; unknown texts are a failing step of the user's own. */
export function buildFailure(result: RunResult, failingOutput: string): FlyopsError {
  if (result.outcome === 'cancelled') {
    return new FlyopsError('cancelled', 'build', 'The build was cancelled.', {
      remedy: 'Nothing was tagged; finished steps stay in the cache, so a new build is shorter.',
      retry: 'yes',
    })
  }
  const evidence = failingOutput.trim() === '' ? lastLines(result.stderr) : lastLines(failingOutput)
  const known = match(`${result.stderr}\n${failingOutput}`)
  if (known !== undefined) return raise(known, evidence)
  return new FlyopsError('build_failed', 'build', 'A step of the Dockerfile failed.', {
    remedy: 'Correct what the step prints, and build again.',
    evidence,
  })
}

function raise(
  { code, message, remedy, retry = 'no' }: KnownFailure,
  evidence: string,
): FlyopsError {
  return new FlyopsError(code, 'build', message, { remedy, retry, evidence })
}
