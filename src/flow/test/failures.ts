import { missingVariablesIn } from '../../diagnosis/missing-variables.js'
import type { ContainerState } from '../../docker/docker.js'
import type { Actor } from '../../error-codes.js'
import { FlyopsError, type NextCall } from '../../errors.js'
import type { Probe } from '../../health/probe.js'
import { causeAmong } from '../logs/last-words.js'
import { next } from '../next.js'
import { isOwnSecret } from '../secrets/own-secrets.js'
import type { SecretSource } from '../secrets/source.js'
import type { ImageTest } from './image-test.js'
import type { TestInput } from './input.js'
import type { Finding } from './settling.js'

/** Why an image does not pass. */
export type Cause =
  | { readonly kind: 'ended' }
  | Exclude<Finding, { kind: 'starting' | 'listens' }>
  /** Nothing answers on that port. */
  | { readonly kind: 'silent'; readonly port: number; readonly probe: Probe }
  /** Not as it should; `goodPath` is one that does. */
  | {
      readonly kind: 'answers'
      readonly probe: Probe
      readonly path: string
      readonly goodPath: string | undefined
    }

/** What is known of an image that does not pass. */
export interface FailedTest {
  readonly test: ImageTest
  readonly cause: Cause
  /** From its start. */
  readonly afterMs: number
  /** Whether the image names a port. */
  readonly exposes: boolean
  readonly state: ContainerState
  readonly listening: readonly string[] | undefined
  readonly log: string
  /** Where values of secrets are. */
  readonly source: (names: readonly string[]) => SecretSource
}

/** Raised where the image does not work here, and so will not on Fly.io; says why, and what follows from it. */
export function testFailed(failed: FailedTest): FlyopsError {
  const { message, ...explained } = explain(failed)
  const { listening = [], log } = failed
  const evidence = [
    listening.length === 0 ? '' : `it listens on ${listening.join(', ')}`,
    log === '' ? 'it logged nothing' : `it logged:\n${log}`,
  ]
  return new FlyopsError('test_failed', 'test', message, {
    ...explained,
    evidence: evidence.filter((part) => part !== '').join('\n'),
  })
}

interface Explanation {
  readonly message: string
  readonly remedy: string
  readonly next?: readonly NextCall[]
  readonly who?: Actor
  /** Where the cause is seen here; else the log may show a known failure. */
  readonly diagnosis?: string
}

function explain(failed: FailedTest): Explanation {
  const { test, cause, afterMs, exposes } = failed
  const asWorker = testAgain(test, workerInput, 'if it is a worker: it passes by staying up')
  const longer = testAgain(test, { timeout: longerThan(test) }, 'if it takes long to start')
  switch (cause.kind) {
    case 'ended':
      return explainEnd(failed)
    case 'elsewhere':
      return wrongPort(test, cause.port)
    case 'loopback_only':
      return {
        message: `${test.image} listens on 127.0.0.1 only, where nobody outside of its machine reaches it.`,
        remedy:
          'Let the app listen on 0.0.0.0, not on 127.0.0.1 or localhost (often a setting such as HOST=0.0.0.0), and build again.',
        diagnosis: 'not_listening',
      }
    case 'nothing':
      return {
        message: `${test.image} runs, and listens on nothing after ${Math.round(afterMs / 1000)} s.`,
        remedy: `If it takes no requests, say \`worker: true\`; if it only needs longer to start, give it that as \`${test.timeField}\`; else correct what its log shows.`,
        next: exposes ? [longer, asWorker] : [asWorker, longer],
        diagnosis: 'not_listening',
      }
    case 'silent':
      return {
        message: `${test.image} does not answer on port ${cause.port} within ${seconds(test.timeoutMs)}: ${cause.probe.error ?? 'nothing answers'}.`,
        remedy: `Give it more time with \`${test.timeField}\`, or correct what its log shows.`,
      }
    case 'answers':
      return explainAnswer(test, cause)
  }
}

function wrongPort(test: ImageTest, found: number): Explanation {
  return {
    message: `${test.image} listens on port ${found}, not on ${test.port?.value}${fromToml(test.port)}.`,
    remedy: 'Give that one as `internal_port`, here and when it is deployed.',
    next: [testAgain(test, { internal_port: found }, 'that is the port which it listens on')],
    diagnosis: 'not_listening',
  }
}

function fromToml(setting: ImageTest['port' | 'path']): string {
  return setting?.from === 'toml' ? ', as the toml says' : ''
}

function explainAnswer(
  test: ImageTest,
  { probe, path, goodPath }: Extract<Cause, { kind: 'answers' }>,
): Explanation {
  const { status, redirect, redirectPath = redirect } = probe
  const to = redirectPath === undefined ? '' : ` (to ${redirectPath})`
  const message = `${test.image} answers GET ${path}${fromToml(test.path)} with ${status}${to}.`
  if (goodPath === undefined)
    return { message, remedy: 'Let that path answer 2xx, or give another one as `health_path`.' }
  return {
    message,
    remedy: `GET ${goodPath} answers 2xx: give that one as \`health_path\`, here and when it is deployed.`,
    next: [testAgain(test, { health_path: goodPath }, 'that path answers as it should')],
    ...(redirect === undefined ? {} : { diagnosis: 'check_redirect' }),
  }
}

function explainEnd(failed: FailedTest): Explanation {
  const { test, state, log } = failed
  const how = state.oomKilled ? 'for lack of memory' : `with exit code ${state.exitCode}`
  const words = causeAmong(log.split('\n'))
  const message = `${test.image} ended ${how} instead of ${test.isWorker ? 'staying up' : 'serving'}${words === undefined ? '.' : `: ${words}`}`
  if (state.oomKilled) {
    const remedy = 'Give it more `memory`, here and when it is deployed.'
    return { message, remedy, diagnosis: 'oom_killed' }
  }
  const missing = missingVariablesIn(log).filter(
    (name) => !Object.hasOwn(test.secrets, name) && !isOwnSecret(name),
  )
  return missing.length === 0
    ? { message, remedy: `${whatToRead(log)}, and build again.` }
    : explainMissing(failed, message, missing)
}

function whatToRead(log: string): string {
  return log.trim() === ''
    ? 'It logged nothing: correct its command, or what that starts'
    : 'Correct what its last words and its log show'
}

function explainMissing(
  { test: { app, request }, source }: FailedTest,
  message: string,
  missing: readonly string[],
): Explanation {
  const { secrets: given = [] } = request
  const { from, file, isThere } = source(missing)
  const names = [...missing]
  const place = file ?? 'the client’s settings of flyops'
  const remedy = isThere
    ? `It lacks ${names.join(', ')}, which flyops finds in ${place}.`
    : `It lacks ${names.join(', ')}. Ask the person to put the value into ${place}, never into the chat; flyops hands it on by its name.`
  return {
    message,
    remedy,
    who: isThere ? 'tool' : 'ask',
    next: [
      next.testImage(
        { ...request, secrets: [...given, ...names], secrets_file: file },
        'tests with them, where flyops can read the values',
      ),
      next.setSecrets(
        { app, names, from, file, stage: true },
        'gives them to the app, from the next deploy on',
      ),
    ],
    diagnosis: 'missing_variable',
  }
}

const workerInput = { worker: true, internal_port: undefined, health_path: undefined }

/** "60s" */
function longerThan({ patienceMs = 0 }: ImageTest): string {
  return `${Math.max(60, (2 * patienceMs) / 1000)}s`
}

function testAgain({ request }: ImageTest, changes: Partial<TestInput>, why: string): NextCall {
  return next.testImage({ ...request, ...changes }, why)
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}
