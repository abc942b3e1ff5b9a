import { describe, expect, test } from 'vitest'
import { composeConfig } from '../../src/fly-toml/compose.js'
import type { DeploySettings } from '../../src/fly-toml/fly-toml.js'
import { readHeader } from '../../src/fly-toml/header.js'
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
      # given: {}; sum c8624448e24c2df2
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
  test('keeps its port, check, region, size and build', () => {
    expect(compose(launched)).toMatchObject({
      changes: ['app: "site" → "hello"', 'build.image: (none) → "registry.fly.io/hello:1a2b3c4"'],
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
    ])
  })

  test('without checks it gets none, and one where the caller names a path', () => {
    const base = '[http_service]\ninternal_port = 3000\n'
    expect(tables(base).http_service).toEqual({ internal_port: 3000 })
    expect(tables(base, { healthPath: '/up' }).http_service).toEqual({
      internal_port: 3000,
      checks: [{ ...lessonCheck, path: '/up' }],
    })
  })

  test('an empty list of checks is none', () => {
    const base = '[http_service]\ninternal_port = 3000\nchecks = []\n'
    expect(tables(base).http_service).toEqual({ internal_port: 3000, checks: [] })
    expect(tables(base, { healthPath: '/info' }).http_service).toEqual({
      internal_port: 3000,
      checks: [lessonCheck],
    })
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
    expect(config).not.toHaveProperty('vm')
    expect(config).not.toHaveProperty('primary_region')
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
    expect(Object.keys(config).sort()).toEqual(['app', 'build', 'processes'])
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
      http_service: { internal_port: 3000, processes: [group] },
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
  expect(text).toContain('points = [[1, 2], [3.5, 4.0]]\nmixed = [1, { x = 2 }]\n')
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

describe('an author’s own fly-hello.toml', () => {
  const composeOwn = (text: string, settings: DeploySettings = {}) =>
    composeConfig({
      app: 'hello',
      image: 'registry.fly.io/hello:1a2b3c4',
      settings,
      base: { path: 'fly-hello.toml', text, isTarget: true },
    })

  test('is edited where it stands, and gets no header', () => {
    const text = '# mine\napp = "hello" # it\n\n[build]\nimage = "old" # replaced\n'
    expect(composeOwn(text).text).toBe(
      '# mine\napp = "hello" # it\n\n[build]\nimage = "registry.fly.io/hello:1a2b3c4" # replaced\n',
    )
  })

  test('stays as it is, to the byte, where it says all that is wanted', () => {
    const { text } = composeOwn(launched, { memory: '512mb' })
    expect(composeOwn(text, { memory: '512mb' })).toMatchObject({ text, changes: [] })
  })
})

describe('the header', () => {
  const given = { memory: '512mb', env: { A: 'x\u007f\n' } }
  const composed = () => {
    const base = { path: 'fly.toml', text: launched, isTarget: false }
    const settings = { memory: '512mb', env: given.env }
    return composeConfig({ app: 'hello', image: 'i', settings, given, base }).text
  }

  test('tells what the file was made of, and what callers gave', () => {
    const header = readHeader(composed())
    expect(header?.madeOf).toBe('fly.toml')
    expect(JSON.parse(header?.given ?? '')).toEqual(given)
    expect(readHeader(composed().replaceAll('\n', '\r\n'))).toEqual(header)
  })

  test('is nothing of a file that somebody edited', () => {
    expect(readHeader(composed().replace('internal_port = 3000', 'internal_port = 4000'))).toBe(
      undefined,
    )
    expect(readHeader(composed().replace('512mb', '256mb'))).toBe(undefined)
    expect(readHeader(launched)).toBe(undefined)
  })

  test('gives way to that of the next file', () => {
    const base = { path: 'the record of release 3', text: composed(), isTarget: false }
    const { text } = composeConfig({ app: 'hello', image: 'j', settings: {}, given, base })
    expect(text.match(/^# (written|given)/gm)).toEqual(['# written', '# given'])
    expect(readHeader(text)).toMatchObject({ madeOf: 'fly.toml' })
  })
})

test('a compose file of [build] is refused, with what to do', () => {
  expect(() => compose('[build.compose]\nfile = "compose.yaml"\n')).toThrowError(
    expect.objectContaining({
      code: 'config_invalid',
      remedy: expect.stringContaining('flyctl deploy'),
    }),
  )
})

test.each(['//example.com/up', '/\\\\example.com'])(
  'a check of %s is refused before a deploy waits for it',
  (path) => {
    const base = `[http_service]\ninternal_port = 80\n[[http_service.checks]]\npath = '${path}'\n`
    expect(() => compose(base)).toThrowError(
      expect.objectContaining({
        code: 'config_invalid',
        remedy: expect.stringContaining('health_path'),
      }),
    )
    expect(compose(base, { healthPath: '/up' }).checkPath).toBe('/up')
  },
)

test('a key in two spellings is refused', () => {
  expect(() => compose('[http_service]\ninternal_port = 1\nInternal_Port = 2\n')).toThrowError(
    expect.objectContaining({
      code: 'config_invalid',
      message:
        'fly.toml has the key internal_port and the key Internal_Port, which flyctl takes for the same.',
    }),
  )
})

test.each([
  [{ region: 'fra' }, 'fra'],
  [{}, undefined],
])('a file’s own PRIMARY_REGION and primary_region never differ: %o', (settings, region) => {
  const config = tables('[env]\nPRIMARY_REGION = "ams"\n', settings)
  expect(config.primary_region).toBe(region)
  expect(config.env).toEqual({ PRIMARY_REGION: region ?? 'ams' })
})

test.each([
  [{ memory: '512mb' }, { memory: '512mb' }],
  [{ cpus: 4 }, { memory: '1gb', cpus: 4 }],
  [{ cpuKind: 'performance' }, { memory: '2gb', cpu_kind: 'performance' }],
])(
  'a file without sizes gets what the caller asks for, and the memory it needs: %o',
  (settings, vm) => {
    expect(tables(launched.slice(0, launched.indexOf('[[vm]]')), settings).vm).toEqual([vm])
  },
)
