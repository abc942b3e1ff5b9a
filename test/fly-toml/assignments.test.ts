import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { applyAssignments, assignmentPattern } from '../../src/fly-toml/assignments.js'
import { composeConfig } from '../../src/fly-toml/compose.js'
import { openFlow } from '../support/clients/open-flow.js'
import { settingsWith } from '../support/settings.js'

const text = `app = "hello" # ours

[http_service]
  internal_port = 8080 # the port
  [[http_service.checks]]
    path = "/up"

[[vm]]
  size = "shared-cpu-1x"
`

function set(...assignments: string[]) {
  const base = { path: 'fly.toml', text, isTarget: true }
  const image = 'registry.fly.io/hello:1'
  return composeConfig({ app: 'hello', image, settings: { set: assignments }, base })
}

test.each([
  ['vm.cpus=2', 'vm[0].cpus: (none) → 2'],
  ['vm.0.memory=512mb', 'vm[0].memory: (none) → "512mb"'],
  ['http_service.checks.0.grace_period=60s', 'http_service.checks[0].grace_period: (none) → "60s"'],
  ['http_service.Internal_Port=3000', 'http_service.internal_port: 8080 → 3000'],
  ['processes.worker=node worker.js', 'processes.worker: (none) → "node worker.js"'],
  ['deploy.max_unavailable=1.0', 'deploy.max_unavailable: (none) → 1.0'],
  ['http_service.force_https=true', 'http_service.force_https: (none) → true'],
  ['env.PORT="8080"', 'env.PORT: (none) → "8080"'],
  ['env.EMPTY=', 'env.EMPTY: (none) → ""'],
  ['env.DAY=1979-05-27', 'env.DAY: (none) → "1979-05-27"'],
  ['env.A=1\nB = 2', 'env.A: (none) → "1\\nB = 2"'],
  ['kill_signal=SIGTERM', 'kill_signal: (none) → "SIGTERM"'],
])('%j is written into the text', (assignment, change) => {
  expect(assignment).toMatch(assignmentPattern)
  const composed = set(assignment)
  expect(composed.changes).toContain(change)
  expect(composed.changes).toHaveLength(2)
  expect(composed.text).toContain('app = "hello" # ours\n')
})

test('a file without sizes gets a list of them', () => {
  const config = {}
  applyAssignments(config, ['vm.cpus=2', 'vm.memory=1gb'])
  expect(config).toEqual({ vm: [{ cpus: 2n, memory: '1gb' }] })
})

test.each([
  'app=other',
  'App=other',
  'build.image=other',
  'files.0.local_path=/etc/passwd',
  'STATICS.0.guest_path=secrets',
  'machine_config=/etc/passwd',
  'experimental.machine_config=/etc/passwd',
  'env.__proto__=x',
  'http_service=x',
  'vm.3.cpus=2',
  'vm.0=2',
  'http_service.internal_port.deep=1',
  "http_service.processes=['web']",
  'env.T={ a = 1 }',
])('%s is refused by name', (assignment) => {
  expect(() => set(assignment)).toThrowError(
    expect.objectContaining({
      code: 'invalid_input',
      message: expect.stringContaining(`set: ${assignment.split('=')[0]} cannot be set`),
    }),
  )
})

test.each(['vm.cpus', '=2', 'vm..cpus=2', 'vm cpus=2', '--config=/etc/passwd', 'a.b=\0'])(
  '%j is no assignment',
  (assignment) => {
    expect(assignment).not.toMatch(assignmentPattern)
  },
)

test('a deploy keeps what was set, and shows it with its source', async () => {
  const flow = await openFlow()
  await flow.write('fly.toml', text)
  const args = { app: 'hello', skip_test: true }
  await flow.call('ship', { ...args, set: ['vm.cpus=2', 'swap_size_mb=512'] })
  const { plan } = await flow.call<{ plan: { toml: string; settings: string[] } }>('ship', {
    ...args,
    set: ['vm.cpus=4'],
    plan_only: true,
    details: true,
  })
  expect(plan.settings).toEqual(
    settingsWith('cpus 4 shared (set)', 'vm.cpus 4 (caller)', 'swap_size_mb 512 (an earlier call)'),
  )
  expect(parse(plan.toml)).toMatchObject({ swap_size_mb: 512, vm: [{ cpus: 4 }] })
})
