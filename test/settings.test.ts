import { describe, expect, test } from 'vitest'
import { loadSettings } from '../src/settings.js'

function load(
  env: Record<string, string>,
  flags: { root?: string; logLevel?: string } = {},
  cwd = '/work/app',
) {
  return loadSettings({ env: { HOME: '/home/joe', PATH: '/bin', ...env }, flags, cwd })
}

describe('settings', () => {
  test('the project folder is the flag, else the variable, else the working folder, never /', () => {
    expect(load({ FLYOPS_ROOT: '/b' }, { root: '/a' }).root).toBe('/a')
    expect(load({ FLYOPS_ROOT: '/b' }).root).toBe('/b')
    expect(load({}, { root: 'sub' }).root).toBe('/work/app/sub')
    expect(load({}).root).toBe('/work/app')
    expect(load({}, {}, '/').root).toBeUndefined()
    expect(load({ FLYOPS_ROOT: '/' }).root).toBeUndefined()
  })

  test('programs are looked for on PATH and where installers put them', () => {
    const { flyctl, docker } = load({ FLYOPS_DOCKER: '/opt/docker' })
    expect(flyctl).toMatchObject({ names: ['flyctl', 'fly'], path: '/bin', override: undefined })
    expect(flyctl.folders).toEqual(['/home/joe/.fly/bin', '/usr/local/bin', '/opt/homebrew/bin'])
    expect(docker.override).toBe('/opt/docker')
    expect(load({ FLYOPS_FLYCTL: 'bin/flyctl' }).flyctl.override).toBe('/work/app/bin/flyctl')
    expect(load({ FLYOPS_FLYCTL: ' ' }).flyctl.override).toBeUndefined()
  })

  test('the time that a deploy is left alone is a duration, or seconds', () => {
    expect(load({}).deployGraceMs).toBe(60_000)
    expect(load({ FLYOPS_DEPLOY_GRACE: '2m' }).deployGraceMs).toBe(120_000)
    expect(load({ FLYOPS_DEPLOY_GRACE: '5' }).deployGraceMs).toBe(5_000)
  })

  test('how much may run at once is a number, for each caller and for all', () => {
    expect(load({}).atOnce).toEqual({
      jobs: { all: 32, perCaller: 8 },
      calls: { all: 32, perCaller: 8 },
    })
    const env = {
      FLYOPS_MAX_JOBS: '4',
      FLYOPS_MAX_JOBS_PER_CALLER: '3',
      FLYOPS_MAX_CALLS: '2',
      FLYOPS_MAX_CALLS_PER_CALLER: '1',
    }
    expect(load(env).atOnce).toEqual({
      jobs: { all: 4, perCaller: 3 },
      calls: { all: 2, perCaller: 1 },
    })
  })

  test('images are built at Fly.io where that is said, and by docker else', () => {
    expect(load({ FLYOPS_BUILDER: 'fly' }).buildsAtFly).toBe(true)
    expect(load({ FLYOPS_BUILDER: 'docker' }).buildsAtFly).toBe(false)
    expect(load({}).buildsAtFly).toBe(false)
  })

  test.each([
    ['FLYOPS_MAX_JOBS', { FLYOPS_MAX_JOBS: '0' }, {}],
    ['FLYOPS_MAX_CALLS', { FLYOPS_MAX_CALLS: 'many' }, {}],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, {}],
    ['FLYOPS_AUDIT', { FLYOPS_AUDIT: 'http://logs.example.com/in' }, {}],
    ['FLYOPS_DATABASE_URL', { FLYOPS_DATABASE_URL: 'mysql://a:b@host/db' }, {}],
    ['FLYOPS_AUDIT', { FLYOPS_AUDIT: 'https://a:b@logs.example.com' }, {}],
    ['FLYOPS_MAX_CALLS_PER_CALLER', { FLYOPS_MAX_CALLS_PER_CALLER: '1e3' }, {}],
    ['FLYOPS_MAX_JOBS_PER_CALLER', { FLYOPS_MAX_JOBS_PER_CALLER: '-1' }, {}],
    ['FLYOPS_DEPLOY_GRACE', { FLYOPS_DEPLOY_GRACE: 'soon' }, {}],
    ['FLY_REGISTRY_HOST', { FLY_REGISTRY_HOST: 'host/path' }, {}],
    ['FLY_REGISTRY_HOST', { FLY_REGISTRY_HOST: '-x' }, {}],
    ['FLYOPS_BUILDKIT', { FLYOPS_BUILDKIT: 'docker-container://x' }, {}],
    ['FLYOPS_BUILDKIT', { FLYOPS_BUILDKIT: 'tcp://host:1234,timeout=1' }, {}],
    [
      'FLYOPS_BUILDKIT_CERTS',
      { FLYOPS_BUILDKIT: 'tcp://host:1234', FLYOPS_BUILDKIT_CERTS: 'a,servername=b' },
      {},
    ],
    ['FLYOPS_BUILDER', { FLYOPS_BUILDER: 'depot' }, {}],
    ['FLYOPS_BUILDKIT', { FLYOPS_BUILDER: 'fly', FLYOPS_BUILDKIT: 'tcp://host:1234' }, {}],
    ['--log-level', {}, { logLevel: 'loud' }],
  ])('a wrong %s is named', (name, env, flags) => {
    expect(() => load(env, flags)).toThrow(name)
  })

  test('what logs in to a collector is a secret, and the name of a tenant is none', () => {
    const headers = 'authorization=Bearer%200123456789abcdef,x-tenant=production'
    expect(load({ OTEL_EXPORTER_OTLP_HEADERS: headers }).secrets).toEqual([
      'Bearer%200123456789abcdef',
      'Bearer 0123456789abcdef',
    ])
  })

  test.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
  ])('traces are told where OpenTelemetry’s variables ask for them: %j', (env, isTold) => {
    expect(load(env).traces).toBe(isTold)
  })

  test.each([
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318/v1/metrics' }, true],
    [{ OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
  ])('numbers are sent likewise: %j', (env, isSent) => {
    expect(load(env)).toMatchObject({ sendsMetrics: isSent, traces: !isSent })
  })

  test('tokens are secrets', () => {
    expect(load({ FLY_API_TOKEN: 'one', FLY_ACCESS_TOKEN: '' }).secrets).toEqual(['one'])
  })
})

test('programs find their logins also where a client keeps HOME back', () => {
  const { env } = loadSettings({ env: { PATH: '/bin' }, flags: {}, cwd: '/' })
  expect(env.HOME).toMatch(/^\//)
})

test.each(['FLY_API_TOKEN', '{FLY_API_TOKEN}', '{env:FLY_API_TOKEN}'])(
  'what a client could not fill in is no login: $%s',
  (name) => {
    const { env, secrets } = load({ FLY_API_TOKEN: `$${name}`, FLY_ACCESS_TOKEN: 'fo1_$x' })
    expect(env).toMatchObject({ FLY_API_TOKEN: undefined, FLY_ACCESS_TOKEN: 'fo1_$x' })
    expect(secrets).toEqual(['fo1_$x'])
  },
)
