import { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { lastLines } from '../process/tail.js'
import { buildFailures, engineFailures, type KnownFailure } from './known-failures.js'

/** How each builder ends where a command of the Dockerfile failed; that command may have printed anything. */
const failedStep =
  /did not complete successfully|executor failed running|returned a non-zero code|COPY failed|ADD failed|failed to (?:compute|calculate)/

/** Whatever docker was asked for: no engine that can be used, as the error to raise. */
export function engineFailure({ stderr }: RunResult): FlyopsError | undefined {
  const words = ownWords(stderr)
  const known = failedStep.test(words) ? undefined : match(engineFailures, words)
  if (known === undefined) return undefined
  const address = /\b(?:unix|tcp|npipe|ssh):\/\/[^\s;,"]+/.exec(words)?.[0]
  const place = address === undefined ? '' : `: ${address.replace(/[.:]+$/, '')}`
  const { code, message, remedy, retry = 'no' } = known
  const evidence = lastLines(stderr, 3)
  return new FlyopsError(code, 'preflight', `${message}${place}.`, { remedy, retry, evidence })
}

/** Whether a command of the Dockerfile failed, and not its builder. */
export function isStepFailure({ stderr }: RunResult): boolean {
  return failedStep.test(ownWords(stderr))
}

/** What a build that did not succeed means. */
export function buildFailure(result: RunResult, failingOutput: string): FlyopsError {
  if (result.outcome === 'cancelled') {
    return new FlyopsError('cancelled', 'build', 'The build was cancelled.', {
      remedy: 'Nothing was tagged; finished steps stay in the cache, so a new build is shorter.',
      retry: 'yes',
    })
  }
  const words = ownWords(result.stderr)
  const isStep = failedStep.test(words)
  const known = isStep ? undefined : match(buildFailures, words)
  const {
    code = 'build_failed',
    message = isStep ? 'A step of the Dockerfile failed.' : 'docker could not build the image.',
    remedy = 'Correct what the evidence shows, and build again.',
    retry = 'no',
  } = known ?? {}
  const evidence = lastLines(failingOutput.trim() === '' ? words : failingOutput)
  return new FlyopsError(code, 'build', message, { remedy, retry, evidence })
}

/** An image that the engine does not even start; a docker that was killed says nothing of it. */
export function containerFailure(result: RunResult, image: string): FlyopsError {
  if (result.outcome !== 'failed' || result.signal !== undefined)
    return unexpectedFailure(result, `starting ${image}`)
  return new FlyopsError('test_failed', 'test', `${image} cannot be started.`, {
    remedy: 'See that its command is in the image and can be executed, and build again.',
    evidence: lastLines(result.stderr, 5),
  })
}

/** A docker that fails in a way nobody has described. */
export function unexpectedFailure(result: RunResult, doing: string): FlyopsError {
  if (result.outcome === 'cancelled') {
    return new FlyopsError('cancelled', 'preflight', `Cancelled while ${doing}.`, { retry: 'yes' })
  }
  if (result.outcome === 'timed_out') {
    return new FlyopsError('timed_out', 'preflight', `docker did not end while ${doing}.`, {
      remedy: 'See whether the Docker engine is well: `docker info`.',
      retry: 'once',
    })
  }
  return new FlyopsError('unknown_failure', 'preflight', `docker failed while ${doing}.`, {
    remedy: 'Read the excerpt: it is what docker printed last.',
    retry: 'once',
    evidence: lastLines(result.stderr),
  })
}

/** A docker that ends well, and answers with something else. */
export function unreadableReply(doing: string): FlyopsError {
  return new FlyopsError(
    'unknown_failure',
    'preflight',
    `docker’s reply could not be read while ${doing}.`,
    {
      remedy:
        'See whether `docker info` answers as it should; this docker may be too old or too new.',
    },
  )
}

function match(failures: readonly KnownFailure[], text: string): KnownFailure | undefined {
  return failures.find(({ pattern }) => pattern.test(text))
}

/** What docker says itself, at the end, without the progress that BuildKit prints beside it. */
function ownWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !/^(?:\{|#\d+ )/.test(line))
  return lastLines(lines.join('\n'), 3, 2_000)
}
