import { expect, test } from 'vitest'
import type { MachineConfig } from '../../src/stand-in/api/machines.js'
import { readConfig } from '../../src/stand-in/config/load.js'
import { toMachineConfig } from '../../src/stand-in/config/machine-config.js'

/** What the Machines API is sent for the group. */
function convert(toml: string, group = 'app', previous?: MachineConfig): unknown {
  const { config, wrongType } = readConfig('fly.toml', toml)
  expect(wrongType).toBeUndefined()
  return toMachineConfig(config, group, previous)
}

const web80 = { port: 80, handlers: ['http'] }
const web443 = { port: 443, handlers: ['http', 'tls'] }
const noChecks = { checks: [] }

test.for<readonly [string, string, object]>([
  [
    'an http service listens on 80 and 443',
    '[http_service]\n internal_port = 80\n force_https = true\n auto_stop_machines = "stop"\n',
    {
      services: [
        {
          protocol: 'tcp',
          internal_port: 80,
          autostop: true,
          ports: [{ ...web80, force_https: true }, web443],
          ...noChecks,
        },
      ],
    },
  ],
  [
    'files of a secret, of the toml and of the working folder',
    '[[files]]\n guest_path = "/a"\n secret_name = "A"\n[[files]]\n guest_path = "/b"\n raw_value = "b"\n[[files]]\n guest_path = "/c"\n local_path = "LICENSE"\n[[files]]\n guest_path = "/d"\n raw_value = "d"\n processes = ["other"]\n',
    {
      files: [
        { guest_path: '/a', secret_name: 'A' },
        { guest_path: '/b', raw_value: 'Yg==' },
        { guest_path: '/c', raw_value: expect.stringMatching(/^[\w+/]+=*$/) },
      ],
    },
  ],
  [
    'machines that are suspended, and not started',
    '[http_service]\n internal_port = 80\n auto_stop_machines = "suspend"\n auto_start_machines = false\n',
    {
      services: [
        {
          protocol: 'tcp',
          internal_port: 80,
          autostop: 'suspend',
          autostart: false,
          ports: [web80, web443],
          ...noChecks,
        },
      ],
    },
  ],
  [
    'machines that are never stopped, in older words',
    '[http_service]\n internal_port = 80\n auto_stop_machines = false\n',
    { services: [expect.objectContaining({ autostop: false })] },
  ],
  [
    'a bare number is milliseconds in a service’s checks',
    '[[services]]\n internal_port = "5"\n protocol = "tcp"\n [[services.tcp_checks]]\n  interval = 15000\n',
    {
      services: [{ protocol: 'tcp', internal_port: 5, checks: [{ type: 'tcp', interval: '15s' }] }],
    },
  ],
  [
    'and nanoseconds in an http service’s',
    '[http_service]\n internal_port = 80\n [[http_service.checks]]\n  interval = 1500000000\n  timeout = 15\n',
    {
      services: [
        expect.objectContaining({
          checks: [{ type: 'http', interval: '1.5s', timeout: '0.000000015s', headers: [] }],
        }),
      ],
    },
  ],
  [
    'a check of its own takes the service’s port, its method in capitals',
    '[http_service]\n internal_port = 80\n[checks.up]\n type = "http"\n method = "get"\n path = "/"\n [checks.up.headers]\n  A = "b"\n',
    {
      services: expect.anything(),
      checks: {
        up: {
          port: 80,
          type: 'http',
          method: 'GET',
          path: '/',
          headers: [{ name: 'A', values: ['b'] }],
        },
      },
    },
  ],
  [
    'values of every kind become environment',
    'primary_region = "ewr"\n[env]\n N = 1\n F = 1.5\n B = true\n S = "x"\n',
    {
      env: { B: 'true', F: '1.5', FLY_PROCESS_GROUP: 'app', N: '1', PRIMARY_REGION: 'ewr', S: 'x' },
    },
  ],
  [
    'a size, and memory that overrules it',
    '[[vm]]\n size = "performance-2x"\n memory = "8gb"\n',
    { guest: { cpu_kind: 'performance', cpus: 2, memory_mb: 8192 } },
  ],
  [
    'memory alone is of the smallest size',
    '[vm]\n memory = 300\n',
    { guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 300 } },
  ],
  [
    'how a machine is stopped, and its swap',
    'kill_signal = "SIGTERM"\nkill_timeout = 7\nswap_size_mb = 512\n',
    { init: { swap_size_mb: 512 }, stop_config: { timeout: '7s', signal: 'SIGTERM' } },
  ],
  [
    'restarts, and a mounted volume',
    '[[restart]]\n policy = "never"\n[mounts]\n source = "data"\n destination = "/data"\n',
    { restart: { policy: 'no' }, mounts: [{ path: '/data', name: 'data' }] },
  ],
  [
    'another command for the image',
    '[experimental]\n entrypoint = ["/init"]\n cmd = ["serve"]\n',
    { init: { entrypoint: ['/init'], cmd: ['serve'] } },
  ],
])('%s', ([, toml, expected]) => {
  expect(convert(toml)).toEqual({
    env: { FLY_PROCESS_GROUP: 'app' },
    init: {},
    metadata: { fly_platform_version: 'v2', fly_process_group: 'app' },
    services: [],
    checks: {},
    mounts: [],
    stop_config: {},
    ...expected,
  })
})

const groups = `[processes]
  web = "serve --name 'a b' \\"say \\\\\\"hi\\\\\\"\\" c\\\\ d"
  worker = ""
[http_service]
  internal_port = 80
  processes = ["web"]
[[vm]]
  memory = "512mb"
[[vm]]
  memory = "1gb"
  processes = ["worker"]
`

test('gives each process group its own command, services and size', () => {
  expect(convert(groups, 'web')).toMatchObject({
    init: { cmd: ['serve', '--name', 'a b', 'say "hi"', 'c d'] },
    guest: { memory_mb: 512 },
    services: [{ internal_port: 80 }],
  })
  expect(convert(groups, 'worker')).toMatchObject({
    init: { cmd: undefined },
    guest: { memory_mb: 1024 },
    services: [],
  })
})

test('replaces what the file rules, and keeps what it does not', () => {
  const previous = {
    env: { OLD: '1' },
    guest: { cpu_kind: 'shared', cpus: 4, memory_mb: 1024 },
    services: [{ checks: [{}] }],
    schedule: 'daily',
    metadata: { own: 'kept' },
  }
  expect(convert('', 'app', previous)).toMatchObject({
    env: { FLY_PROCESS_GROUP: 'app' },
    guest: previous.guest,
    services: [],
    metadata: { fly_platform_version: 'v2', fly_process_group: 'app', own: 'kept' },
    schedule: 'daily',
  })
})

test.for([
  ['[[vm]]\n size = "huge"\n', "'huge' is an invalid machine size"],
  ['[[vm]]\n size = "shared-cpu-3x"\n', "'shared-cpu-3x' is an invalid machine size"],
  ['[[vm]]\n memory = "much"\n', "invalid size: 'much'"],
  ['[checks.a]\n type = "tcp"\n', 'A check has no port'],
  ['[processes]\n app = "a \'b"\n', 'EOF found when expecting closing quote'],
])('cannot convert %j', ([toml = '', said = '']) => {
  expect(() => convert(toml)).toThrow(said)
})
