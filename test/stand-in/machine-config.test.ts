import { expect, test } from 'vitest'
import { readConfig } from '../../../src/sandbox/flyctl/config/load.js'
import { toMachineConfig } from '../../../src/sandbox/flyctl/config/machine-config.js'
import { encode } from '../../../src/sandbox/flyctl/go/encode.js'
import { type MachineConfig, machineConfig } from '../../../src/sandbox/flyctl/shapes/machine.js'

/** What the Machines API is sent for the group. */
function convert(toml: string, group = 'app', previous?: MachineConfig): unknown {
  const { config } = readConfig('fly.toml', toml)
  return encode(machineConfig, toMachineConfig({ config, group, previous }))
}

const web80 = { port: 80, handlers: ['http'] }
const web443 = { port: 443, handlers: ['http', 'tls'] }

test.for<readonly [string, string, unknown]>([
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
          force_instance_key: null,
        },
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
          force_instance_key: null,
        },
      ],
    },
  ],
  [
    'a bare number is milliseconds in a service’s checks',
    '[[services]]\n internal_port = "5"\n protocol = "tcp"\n [[services.tcp_checks]]\n  interval = 15000\n',
    {
      services: [
        {
          protocol: 'tcp',
          internal_port: 5,
          checks: [{ type: 'tcp', interval: '15s' }],
          force_instance_key: null,
        },
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
])('%s', ([, toml, expected]) => {
  expect(convert(toml)).toEqual({
    env: { FLY_PROCESS_GROUP: 'app' },
    init: {},
    metadata: { fly_platform_version: 'v2', fly_process_group: 'app' },
    ...Object(expected),
  })
})

const groups = `[processes]
  web = "serve --name 'a b'"
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
    init: { cmd: ['serve', '--name', 'a b'] },
    guest: { memory_mb: 512 },
    services: [{ internal_port: 80 }],
  })
  const worker = convert(groups, 'worker')
  expect(worker).toMatchObject({ init: {}, guest: { memory_mb: 1024 } })
  expect(worker).not.toHaveProperty('services')
})

test('replaces what the file rules, and keeps what it does not', () => {
  const previous = {
    env: { OLD: '1' },
    guest: { cpu_kind: 'shared', cpus: 4, memory_mb: 1024 },
    services: [{ internal_port: 1 }],
    schedule: 'daily',
    metadata: { own: 'kept' },
  }
  expect(convert('', 'app', previous)).toEqual({
    env: { FLY_PROCESS_GROUP: 'app' },
    init: {},
    guest: previous.guest,
    metadata: { fly_platform_version: 'v2', fly_process_group: 'app', own: 'kept' },
    schedule: 'daily',
  })
})

test.for([
  ['[[vm]]\n size = "huge"\n', 'invalid machine preset requested'],
  ['[[vm]]\n size = "shared-cpu-3x"\n', "'shared-cpu-3x' is an invalid machine size"],
  ['[checks.a]\n type = "tcp"\n', "Check 'a' for process group 'app' has no port set"],
])('cannot convert %j', ([toml = '', said = '']) => {
  expect(() => convert(toml)).toThrow(said)
})
