import type { ContainerState } from '../../docker/docker.js'
import { FlyopsError, type NextCall } from '../../errors.js'
import type { Probe } from '../../health/probe.js'
import { next } from '../next.js'
import type { ImageTest } from './image-test.js'

/** What is known of an image that did not answer as it should. */
export interface FailedTest {
  readonly test: ImageTest
  /** Undefined where it ended before. */
  readonly answer: Probe | undefined
  readonly state: ContainerState
  readonly listening: readonly string[] | undefined
  readonly log: string
}

/** Raised where the image does not work here, and so will not on Fly.io; says why where that can be seen. */
export function testFailed(failed: FailedTest): FlyopsError {
  const { message, remedy, next = [] } = explain(failed)
  const { listening = [], log } = failed
  const evidence = [
    listening.length === 0 ? '' : `it listens on ${listening.join(', ')}`,
    log === '' ? 'it logged nothing' : `it logged:\n${log}`,
  ]
  return new FlyopsError('test_failed', 'test', message, {
    remedy,
    next,
    evidence: evidence.filter((part) => part !== '').join('\n'),
  })
}

interface Explanation {
  readonly message: string
  readonly remedy: string
  readonly next?: readonly NextCall[]
}

function explain(failed: FailedTest): Explanation {
  const { test, answer, state } = failed
  if (!state.isRunning || answer === undefined) return explainEnd(failed)
  if (answer.status !== undefined) return explainAnswer(test, answer.status, answer)
  return explainSilence(failed)
}

function explainEnd({ test, state }: FailedTest): Explanation {
  const how = state.oomKilled ? 'for lack of memory' : `with exit code ${state.exitCode}`
  return {
    message: `${test.image} ended ${how} instead of serving.`,
    remedy: state.oomKilled
      ? 'Give it more `memory`, here and when it is deployed.'
      : 'Correct what its log shows; where it needs settings or secrets, give them as `env`, or ship with skip_test.',
  }
}

function explainAnswer(
  { image, path }: ImageTest,
  status: number,
  { redirect, redirectPath = redirect }: Probe,
): Explanation {
  const to = redirectPath === undefined ? '' : ` (to ${redirectPath})`
  return {
    message: `${image} answers GET ${path} with ${status}${to}.`,
    remedy: 'Let that path answer 2xx, or give another one as `health_path`.',
  }
}

function explainSilence({ test, answer, listening }: FailedTest): Explanation {
  const { image, port, path, timeoutMs } = test
  const silent = `${image} does not answer on port ${port} within ${timeoutMs / 1000} s`
  const reachable = (listening ?? []).filter((address) => !/^(?:127\.|\[::1\])/.test(address))
  const portOf = (address: string) => Number(address.split(':').at(-1))
  if ((listening ?? []).some((address) => portOf(address) === port) && reachable.length === 0) {
    return {
      message: `${silent}: it listens on loopback only.`,
      remedy: 'Let the app listen on 0.0.0.0, not on 127.0.0.1 or localhost.',
    }
  }
  const other = reachable.map(portOf).find((candidate) => candidate !== port)
  if (other !== undefined && !reachable.some((address) => portOf(address) === port)) {
    return {
      message: `${silent}: it listens on port ${other}.`,
      remedy: 'Give that one as `internal_port`, here and when it is deployed.',
      next: [
        next.testImage(
          { image, internal_port: other, health_path: path },
          'that is the port which it listens on',
        ),
      ],
    }
  }
  return {
    message: `${silent}: ${answer?.error ?? 'nothing answers'}.`,
    remedy: 'Give it more time with `timeout`, or correct what its log shows.',
  }
}
