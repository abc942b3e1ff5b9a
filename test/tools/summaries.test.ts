import { expect, test } from 'vitest'
import { summarizeShip } from '../../src/flow/ship/summary.js'
import { summarizeDeployed } from '../../src/tools/deploy-image.js'
import { doctor } from '../../src/tools/doctor.js'

const deployed = {
  status: 'done' as const,
  app: 'hello',
  image: 'registry.fly.io/hello:1a2b3c4',
  release: 5,
  verdict: 'healthy' as const,
  reasons: ['1 of 1 machines runs the digest.', 'GET /info answered 200.'],
  config_path: 'fly-hello.toml',
  url: 'https://hello.fly.dev',
}

test('a deploy says what changed and what was proven', () => {
  expect(summarizeDeployed(deployed)).toBe(
    'hello runs registry.fly.io/hello:1a2b3c4 as release 5 and is healthy: https://hello.fly.dev ' +
      '1 of 1 machines runs the digest. GET /info answered 200. Its settings are in fly-hello.toml.',
  )
})

test('a plan says what is to be done, to which machines, and what that costs', () => {
  const plan = {
    toml: '',
    toml_from: 'fly.toml',
    toml_changes: [],
    settings: [],
    command: 'flyctl deploy',
    machines: { created: 1, replaced: 2 },
    strategy: { name: 'rolling', reason: '' },
    dollars_a_month: { before: 3.88, running: 5.82, at_rest: 0 },
  }
  const steps = { build: 'planned', push: 'skipped: the registry has it' }
  const planned = { status: 'done' as const, app: 'hello', plan_id: '0123', plan, steps }
  expect(summarizeShip(planned)).toBe(
    'Plan 0123 for hello: build. Machines: 1 created, 2 replaced; at most $5.82 a month, $0 at rest, $3.88 today.',
  )
  const image = 'registry.fly.io/hello:5d6e7f8'
  expect(summarizeShip({ ...planned, image, plan: { ...plan, runs_now: ['1a2b3c4'] } })).toContain(
    'Plan 0123 for hello (1a2b3c4 → 5d6e7f8): build.',
  )
})

test('doctor says that nothing failed only where all is known', () => {
  const summary = (status: string) =>
    doctor.resultOf({ checks: [{ name: 'login', status, detail: '' }] }).summary
  expect(summary('ok')).toBe('Nothing failed.')
  expect(summary('unknown')).toBe(
    'Not all is well. Not answered in time, so not known to work: login.',
  )
})
