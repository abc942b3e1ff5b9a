import { expect, test } from 'vitest'
import { liveChanges, lostVariables } from '../../src/fly-toml/live-changes.js'

/** As `flyctl config show` prints what the toml below was deployed as (flyctl 2026.8). */
const live = {
  app: 'hello',
  primary_region: 'ewr',
  kill_timeout: '5s',
  build: { image: 'registry.fly.io/hello:1' },
  deploy: { wait_timeout: '10m0s' },
  env: { FLY_PROCESS_GROUP: 'app', LEVEL: '1', LOUD: 'true' },
  http_service: {
    internal_port: 8080,
    auto_stop_machines: true,
    checks: [{ timeout: '1m30s', grace_period: '5s', path: '/' }],
  },
  mounts: [{ source: 'data', destination: '/data' }],
  vm: [{ memory: '512' }],
}

const toml = `# written by flyops from the running app
APP = "hello"
primary_region = "ewr"
kill_timeout = 5
[build]
image = "registry.fly.io/hello:1"
dockerfile = "web.Dockerfile"
[deploy]
wait_timeout = "10m"
[env]
LEVEL = 1
LOUD = true
[http_service]
internal_port = 8080
force_https = false
auto_stop_machines = "stop"
[[http_service.checks]]
path = "/"
grace_period = "5s"
timeout = "90s"
[mounts]
source = "data"
destination = "/data"
[[vm]]
memory = 512
`

test('what flyctl says in other words is no change', () => {
  expect(liveChanges(live, toml)).toEqual([])
})

test.each([
  ['timeout = "90s"', 'timeout = "30s"', 'http_service.checks[0].timeout: "90s" → "30s"'],
  ['force_https = false', 'force_https = true', 'http_service.force_https: (none) → true'],
  ['memory = 512', 'memory = "1gb"', 'vm[0].memory: "512mb" → "1024mb"'],
  ['LEVEL = 1', 'LEVEL = 2', 'env.LEVEL: "1" → "2"'],
  ['"stop"', '"off"', 'http_service.auto_stop_machines: "stop" → "off"'],
  ['hello:1', 'hello:2', 'build.image: "registry.fly.io/hello:1" → "registry.fly.io/hello:2"'],
  ['source = "data"', 'source = "other"', 'mounts[0].source: "data" → "other"'],
])('%s as %s is one', (old, current, change) => {
  expect(liveChanges(live, toml.replace(old, current))).toEqual([change])
})

test('variables that only what runs has are named', () => {
  expect(lostVariables(live, toml)).toEqual([])
  expect(lostVariables(live, toml.replace('LOUD = true\n', ''))).toEqual(['LOUD'])
})
