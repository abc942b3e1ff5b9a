import { describe, expect, test } from 'vitest'
import { composeConfig } from '../../src/fly-toml/compose.js'
import type { DeploySettings } from '../../src/fly-toml/fly-toml.js'
import { parseToml } from '../../src/fly-toml/parse.js'

function compose(base: string | undefined, settings: DeploySettings = {}) {
  return composeConfig({
    app: 'hello',
    image: 'registry.fly.io/hello:1a2b3c4',
    settings,
    base: base === undefined ? undefined : { path: 'fly.toml', text: base, isTarget: false },
  })
}

function tables(base: string | undefined, settings: DeploySettings = {}): Record<string, unknown> {
  return parseToml(compose(base, settings).text)
}

const lessonCheck = {
  grace_period: '10s',
  interval: '30s',
  method: 'GET',
  timeout: '5s',
  path: '/info',
}
const lessonVm = { memory: '1gb', cpu_kind: 'shared', cpus: 1 }

const launched = `# fly.toml app configuration file
app = "site"
primary_region = "ams"

[build]
  dockerfile = "Dockerfile.web"

[http_service]
  internal_port = 3000
  force_https = true
  auto_stop_machines = true
  auto_start_machines = true
  min_machines_running = 1
  processes = ["app"]

  [[http_service.checks]]
    grace_period = "1m30s"
    interval = "20s"
    method = "GET"
    timeout = "3s"
    path = "/live"

[[vm]]
  size = "shared-cpu-2x"
`

const oldServices = `
app = "old"
[[services]]
internal_port = 4000
protocol = "tcp"
[[services.ports]]
handlers = ["http"]
port = 80
force_https = true
[[services.ports]]
handlers = ["tls", "http"]
port = 443
[[services.tcp_checks]]
interval = 15000
timeout = 2000
grace_period = 45000
`

const worker = `
app = "jobs"
[processes]
worker = "node worker.js"
`

describe('without a base', () => {
  test('the file is the lesson’s', () => {
    expect(compose(undefined).text).toMatchInlineSnapshot(`
      "# written by flyops from the defaults
      app = "hello"
      primary_region = "ewr"

      [build]
      image = "registry.fly.io/hello:1a2b3c4"

      [http_service]
      internal_port = 8080
      force_https = true
      auto_stop_machines = "stop"
      auto_start_machines = true
      min_machines_running = 0
      processes = [ "app" ]

      [[http_service.checks]]
      grace_period = "10s"
      interval = "30s"
      method = "GET"
      timeout = "5s"
      path = "/info"

      [[vm]]
      memory = "1gb"
      cpu_kind = "shared"
      cpus = 1
      "
    `)
  })

  test('what a verdict needs is told', () => {
    const { checkPath, internalPort, gracePeriodMs, serviceGroups } = compose(undefined)
    expect({ checkPath, internalPort, gracePeriodMs, serviceGroups }).toEqual({
      checkPath: '/info',
      internalPort: 8080,
      gracePeriodMs: 10_000,
      serviceGroups: ['app'],
    })
  })

  test('every setting of the caller wins over the defaults, and only that is a change', () => {
    const composed = compose(undefined, {
      internalPort: 3000,
      healthPath: '/health',
      region: 'fra',
      memory: '512mb',
      cpuKind: 'shared',
      cpus: 2,
      gracePeriod: '20s',
      interval: '15s',
      timeout: '2s',
      autoStop: 'suspend',
      autoStart: false,
      minMachinesRunning: 1,
      forceHttps: false,
      env: { GREETING: 'hi' },
      strategy: 'immediate',
    })
    expect(composed.changes).toEqual([
      'app: (none) → "hello"',
      'primary_region: "ewr" → "fra"',
      'build.image: (none) → "registry.fly.io/hello:1a2b3c4"',
      'http_service.internal_port: 8080 → 3000',
      'http_service.force_https: true → false',
      'http_service.auto_stop_machines: "stop" → "suspend"',
      'http_service.auto_start_machines: true → false',
      'http_service.min_machines_running: 0 → 1',
      'http_service.checks[0].grace_period: "10s" → "20s"',
      'http_service.checks[0].interval: "30s" → "15s"',
      'http_service.checks[0].timeout: "5s" → "2s"',
      'http_service.checks[0].path: "/info" → "/health"',
      'vm[0].memory: "1gb" → "512mb"',
      'vm[0].cpus: 1 → 2',
      'deploy.strategy: (none) → "immediate"',
      'env.GREETING: (none) → "hi"',
    ])
    expect(composed).toMatchObject({ internalPort: 3000, checkPath: '/health' })
  })

  test.each([
    [{ cpuKind: 'performance' }, '2gb'],
    [{ cpuKind: 'performance', cpus: 4 }, '8gb'],
    [{ cpus: 8 }, '2gb'],
    [{ cpus: 6 }, '1536mb'],
    [{ cpuKind: 'performance', memory: '4gb' }, '4gb'],
  ])('%o without more gets the memory that Fly asks for: %s', (settings, memory) => {
    expect(tables(undefined, settings)).toMatchObject({ vm: [{ memory }] })
  })
})

describe('a base with an http service', () => {
  test('keeps its port, check, region and size, and loses its build', () => {
    expect(compose(launched)).toMatchObject({
      changes: [
        'app: "site" → "hello"',
        'build.image: (none) → "registry.fly.io/hello:1a2b3c4"',
        'build.dockerfile: "Dockerfile.web" → (none)',
      ],
      checkPath: '/live',
      internalPort: 3000,
      gracePeriodMs: 90_000,
    })
  })

  test('may give its checks a grace period of years, of which a day counts', () => {
    const patient = launched.replace('1m30s', '99999999h')
    expect(compose(patient).gracePeriodMs).toBe(24 * 3_600_000)
  })

  test('names itself in the header as unchanged', () => {
    expect(compose(launched).text.split('\n')[0]).toBe(
      '# written by flyops from fly.toml; the original is unchanged',
    )
  })

  test('the caller’s settings go into the tables that are there', () => {
    const { changes } = compose(launched, {
      internalPort: 5000,
      healthPath: '/ready',
      timeout: '4s',
      memory: '2gb',
      autoStop: 'off',
    })
    expect(changes.slice(2)).toEqual([
      'http_service.internal_port: 3000 → 5000',
      'http_service.auto_stop_machines: true → "off"',
      'http_service.checks[0].timeout: "3s" → "4s"',
      'http_service.checks[0].path: "/live" → "/ready"',
      'vm[0].memory: (none) → "2gb"',
      'build.dockerfile: "Dockerfile.web" → (none)',
    ])
  })

  test('without checks it gets the lesson’s', () => {
    expect(tables('[http_service]\ninternal_port = 3000\n')).toMatchObject({
      http_service: { internal_port: 3000, checks: [lessonCheck] },
    })
  })

  test('no other key is added to it, and an empty list of checks is none', () => {
    const { http_service } = tables('[http_service]\ninternal_port = 3000\nchecks = []\n')
    expect(http_service).toEqual({ internal_port: 3000, checks: [lessonCheck] })
  })

  test('a check written as a table is kept as such, and set', () => {
    const base = '[http_service]\ninternal_port = 80\n[http_service.checks]\npath = "/a"\n'
    expect(tables(base, { healthPath: '/b' })).toMatchObject({
      http_service: { checks: { path: '/b' } },
    })
  })

  test('an http check without a path asks for the root', () => {
    const base = '[http_service]\ninternal_port = 80\n[[http_service.checks]]\ninterval = "9s"\n'
    expect(compose(base).checkPath).toBe('/')
  })

  test('a bare number in its checks is nanoseconds, as flyctl reads it', () => {
    const base = '[http_service]\n[[http_service.checks]]\ngrace_period = 5000000000\n'
    expect(compose(base).gracePeriodMs).toBe(5_000)
  })
})

describe('a base with [[services]]', () => {
  test('gets no http service and no second check', () => {
    const config = tables(oldServices)
    expect(config).not.toHaveProperty('http_service')
    expect(config).toMatchObject({ services: [{ internal_port: 4000 }], vm: [lessonVm] })
    expect(config).not.toHaveProperty('services.0.http_checks')
  })

  test('has its bare milliseconds understood', () => {
    expect(compose(oldServices)).toMatchObject({ gracePeriodMs: 45_000, checkPath: undefined })
  })

  test('takes the port, the path as an http check, and force_https on the plain port only', () => {
    const settings = { internalPort: 5000, healthPath: '/up', forceHttps: false, interval: '10s' }
    expect(tables(oldServices, settings)).toMatchObject({
      services: [
        {
          internal_port: 5000,
          ports: [{ port: 80, force_https: false }, { port: 443 }],
          tcp_checks: [{ interval: '10s', timeout: 2000 }],
          http_checks: [{ ...lessonCheck, interval: '10s', path: '/up' }],
        },
      ],
    })
    expect(tables(oldServices, settings)).not.toHaveProperty('services.0.ports.1.force_https')
  })

  test('and no checks, an http one gets the lesson’s', () => {
    const base = '[[services]]\ninternal_port = 4000\n[[services.ports]]\nhandlers = ["http"]\n'
    expect(tables(base)).toMatchObject({ services: [{ http_checks: [lessonCheck] }] })
  })

  test('that speaks no http gets no check', () => {
    const base = '[[services]]\ninternal_port = 5432\n[[services.ports]]\nport = 5432\n'
    expect(compose(base)).toMatchObject({ checkPath: undefined, gracePeriodMs: 0 })
    expect(tables(base)).not.toHaveProperty('services.0.http_checks')
  })

  test('written as one table is understood', () => {
    expect(tables('[services]\ninternal_port = "4000"\n', { internalPort: 80 })).toMatchObject({
      services: { internal_port: 80 },
    })
  })

  const several = `
[[services]]
internal_port = 9000
[[services.ports]]
port = 9000
[[services]]
internal_port = 4000
[[services.ports]]
port = 80
handlers = ["http"]
[[services]]
internal_port = 4000
[[services.ports]]
port = 443
handlers = ["tls", "http"]
`
  test('several: the http one and those that share its port move', () => {
    const { changes, internalPort } = compose(several, { internalPort: 5000 })
    expect(changes.filter((change) => change.includes('internal_port'))).toEqual([
      'services[1].internal_port: 4000 → 5000',
      'services[2].internal_port: 4000 → 5000',
    ])
    expect(internalPort).toBe(5000)
  })

  test('several without http: a port for “the” service is refused by name', () => {
    const base = '[[services]]\ninternal_port = 1\n[[services]]\ninternal_port = 2\n'
    expect(() => compose(base, { internalPort: 3 })).toThrowError(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringContaining('internal_port'),
      }),
    )
  })
})

describe('a base with [processes]', () => {
  const groups = '[processes]\napp = "serve"\nworker = "work"\n'

  test('and a service keeps the service’s groups', () => {
    const base = `${groups}[http_service]\ninternal_port = 3000\nprocesses = ["app"]\n`
    expect(compose(base).serviceGroups).toEqual(['app'])
    expect(tables(base)).toMatchObject({
      processes: { app: 'serve', worker: 'work' },
      http_service: { processes: ['app'] },
    })
  })

  test('and a service without groups serves them all', () => {
    expect(compose(`${groups}[[services]]\ninternal_port = 1\n`).serviceGroups).toEqual([
      'app',
      'worker',
    ])
  })

  test.each([
    ['worker without services', worker],
    ['even one named app', groups],
  ])('and no service is a worker and stays one: %s', (_name, base) => {
    const config = tables(base)
    expect(config).not.toHaveProperty('http_service')
    expect(config).not.toHaveProperty('checks')
    expect(config).toMatchObject({ vm: [lessonVm] })
    expect(compose(base)).toMatchObject({
      serviceGroups: [],
      checkPath: undefined,
      internalPort: undefined,
      gracePeriodMs: 0,
    })
  })

  test.each([
    ['app = "a"\nweb = "b"', 'app'],
    ['worker = "a"\nweb = "b"', 'web'],
    ['jobs = "a"\nmail = "b"', 'jobs'],
  ])('a worker gets a service when the caller names a port: %j → %s', (processes, group) => {
    expect(tables(`[processes]\n${processes}\n`, { internalPort: 3000 })).toMatchObject({
      http_service: { internal_port: 3000, processes: [group], checks: [lessonCheck] },
    })
  })

  test('a worker gets a service when the caller names a path', () => {
    const { checkPath, serviceGroups } = compose(worker, { healthPath: '/up' })
    expect({ checkPath, serviceGroups }).toEqual({ checkPath: '/up', serviceGroups: ['worker'] })
  })

  test.each([
    [{ autoStop: 'off' }, 'auto_stop'],
    [{ autoStart: true }, 'auto_start'],
    [{ minMachinesRunning: 1 }, 'min_machines_running'],
    [{ forceHttps: true }, 'force_https'],
    [{ gracePeriod: '5s' }, 'grace_period'],
  ])('a worker has no place for %o', (settings, field) => {
    expect(() => compose(worker, settings)).toThrowError(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(field) }),
    )
  })

  test('the old form, an array of name and command, is understood', () => {
    const base = '[[processes]]\nname = "jobs"\ncommand = "run"\n'
    expect(compose(base).serviceGroups).toEqual([])
  })
})

describe('a base with [checks]', () => {
  const withChecks = `
[http_service]
internal_port = 3000
[checks.alive]
type = "http"
port = 3000
path = "/alive"
grace_period = "5s"
[checks.metrics]
type = "http"
port = 9091
path = "/metrics"
grace_period = 60000
`
  test('gets no check in the service', () => {
    expect(tables(withChecks)).not.toHaveProperty('http_service.checks')
    expect(compose(withChecks)).toMatchObject({ checkPath: '/alive', gracePeriodMs: 60_000 })
  })

  test('the check of the service’s port follows it and takes the path; another’s stays', () => {
    expect(
      tables(withChecks, { internalPort: 5000, healthPath: '/up', interval: '7s' }),
    ).toMatchObject({
      http_service: { internal_port: 5000 },
      checks: {
        alive: { port: 5000, path: '/up', interval: '7s' },
        metrics: { port: 9091, path: '/metrics', interval: '7s' },
      },
    })
  })

  test('a worker’s own check takes the path, and no service comes of it', () => {
    const base = `${worker}[checks.live]\ntype = "http"\nport = 8081\npath = "/a"\n`
    const config = tables(base, { healthPath: '/b' })
    expect(config).toMatchObject({ checks: { live: { path: '/b', port: 8081 } } })
    expect(config).not.toHaveProperty('http_service')
  })
})

describe('machine sizes', () => {
  test.each([
    ['[[vm]]\nsize = "shared-cpu-2x"\n', 'vm.0'],
    ['[vm]\nsize = "shared-cpu-2x"\n', 'vm'],
    ['[[compute]]\nsize = "shared-cpu-2x"\n', 'compute.0'],
  ])('%j keeps its form and takes the caller’s', (base, path) => {
    expect(tables(base, { cpus: 4 })).toHaveProperty(path, { size: 'shared-cpu-2x', cpus: 4 })
    expect(tables(base)).toHaveProperty(path, { size: 'shared-cpu-2x' })
  })

  test('memory_mb gives way to memory, which it would win over', () => {
    expect(tables('[[vm]]\nmemory_mb = 256\n', { memory: '1gb' })).toMatchObject({
      vm: [{ memory: '1gb' }],
    })
    expect(tables('[[vm]]\nmemory_mb = 256\n', { memory: '1gb' })).not.toHaveProperty(
      'vm.0.memory_mb',
    )
  })
})

test('env merges by key, the caller’s over the base’s', () => {
  const base = '[env]\nA = "1"\nB = 2\n'
  expect(tables(base, { env: { B: 'two', C: 'three' } })).toMatchObject({
    env: { A: '1', B: 'two', C: 'three' },
  })
})

test('env names that JavaScript holds dear are names like others', () => {
  const env = JSON.parse('{"__proto__": "x", "constructor": "y"}')
  expect(compose('[env]\nA = "1"\n', { env }).text).toContain(
    'A = "1"\n__proto__ = "x"\nconstructor = "y"\n',
  )
})

test('tables and types that flyops does not know stay as they are', () => {
  const base = `kill_timeout = 5
swap_size_mb = 512
[deploy]
release_command = "migrate"
max_unavailable = 1.0
[[mounts]]
source = "data"
destination = "/data"
[[statics]]
guest_path = "/public"
url_prefix = "/static"
[metrics]
port = 9091
[later]
at = 1979-05-27T07:32:00.000Z
day = 1979-05-27
points = [[1, 2], [3.5, 4.0]]
mixed = [1, { x = 2 }]
"two words" = "a\\nb"
`
  const { text } = compose(base, { strategy: 'canary' })
  expect(text).toContain('max_unavailable = 1.0\nstrategy = "canary"')
  expect(text).toContain('at = 1979-05-27T07:32:00.000Z\nday = 1979-05-27\n')
  expect(text).toContain('points = [ [ 1, 2 ], [ 3.5, 4.0 ] ]\nmixed = [ 1, { x = 2 } ]\n')
  const untouched = { ...parseToml(base), deploy: expect.anything() }
  expect(parseToml(text)).toMatchObject(untouched)
})

test('a base that is not TOML is told with its place', () => {
  expect(() => compose('app = "x"\nport = = 3\n')).toThrowError(
    expect.objectContaining({
      code: 'config_invalid',
      message: 'fly.toml is not valid TOML at line 2, column 8.',
      evidence: expect.stringContaining('2:  port = = 3'),
    }),
  )
})

test('a line break in the base’s name does not leave the header', () => {
  const base = { path: 'a\napp = "evil"', text: '', isTarget: false }
  const { text } = composeConfig({ app: 'hello', image: 'i', settings: {}, base })
  expect(parseToml(text)).toMatchObject({ app: 'hello' })
})

test('a long value is shown cut', () => {
  const { changes } = compose(undefined, { env: { LONG: 'x'.repeat(500) } })
  expect(changes.find((change) => change.startsWith('env.LONG'))?.length).toBeLessThan(160)
})

describe('composing again from what was written', () => {
  const settings: DeploySettings = {
    internalPort: 5000,
    healthPath: '/up',
    memory: '2gb',
    cpus: 2,
    autoStop: 'off',
    forceHttps: true,
    env: { A: 'b' },
    strategy: 'rolling',
    interval: '12s',
  }
  const cases: [string, string | undefined, DeploySettings][] = [
    ['the defaults', undefined, settings],
    ['an http service', launched, settings],
    ['services', oldServices, settings],
    ['a worker', worker, { env: { A: 'b' } }],
    ['a worker that became a service', worker, settings],
  ]
  test.each(cases)('%s: the same settings change nothing', (_name, base, given) => {
    const first = compose(base, given)
    const again = composeConfig({
      app: 'hello',
      image: 'registry.fly.io/hello:1a2b3c4',
      settings: given,
      base: { path: 'fly-hello.toml', text: first.text, isTarget: true },
    })
    expect(again).toEqual({ ...first, changes: [] })
  })

  test('a hand-written fly-hello.toml is said to be replaced', () => {
    const base = { path: 'fly-hello.toml', text: launched, isTarget: true }
    const { text } = composeConfig({ app: 'hello', image: 'i', settings: {}, base })
    expect(text.split('\n')[0]).toBe('# written by flyops from fly-hello.toml, which it replaces')
  })
})
