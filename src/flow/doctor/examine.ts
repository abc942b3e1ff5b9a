import { type Check, type Finding, failedBy, type Scene } from './check.js'
import { database } from './database-check.js'
import { disk } from './disk-check.js'
import { builder, dockerClient, dockerEngine } from './docker-checks.js'
import { flyctl, login, organizations } from './fly-checks.js'
import { journalCheck } from './journal-check.js'
import { policyCheck } from './policy-check.js'
import { dockerfile, gitState } from './project-checks.js'
import { registry } from './registry-check.js'

const checks: readonly Check[] = [
  dockerClient,
  dockerEngine,
  builder,
  flyctl,
  login,
  organizations,
  registry,
  gitState,
  dockerfile,
  disk,
  journalCheck,
]

const defaultLimitMs = 2_000

export interface NamedFinding extends Finding {
  readonly name: string
}

/** Looks at everything side by side, 2 s at most; raises nothing, whatever is broken. */
export async function examine(
  scene: Scene,
  limitMs = defaultLimitMs,
): Promise<readonly NamedFinding[]> {
  const signal = AbortSignal.any([AbortSignal.timeout(limitMs), scene.signal])
  const late = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const all = [
    ...checks,
    ...(scene.rules === undefined ? [] : [policyCheck]),
    ...(scene.checkDatabase === undefined ? [] : [database]),
  ]
  return Promise.all(
    all.map(async (check) => {
      const slow: Finding = {
        status: check.asksFly ? 'unknown' : 'failed',
        detail: `No answer within ${limitMs / 1000} s.`,
        fix: check.fixWhenSlow,
      }
      // A program that does not end when it is told to is not waited for.
      const found = check
        .run({ ...scene, signal })
        .catch((error: unknown) => (signal.aborted ? slow : failedBy(error)))
      return { name: check.name, ...(await Promise.race([found, late.then(() => slow)])) }
    }),
  )
}
