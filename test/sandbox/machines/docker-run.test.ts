import { expect, test } from 'vitest'
import { dockerRun } from '../../../src/sandbox/machines/docker-run.js'
import type { MachineConfig } from '../../../src/sandbox/platform/machine-config.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'

const digest = `sha256:${'a'.repeat(64)}`

function runOf(config: Partial<MachineConfig>, secrets: Record<string, string> = {}) {
  const { machines } = createPlatform({ clock: createTestClock() })
  const machine = machines.create({
    app: 'hello',
    name: undefined,
    region: 'ewr',
    config: { image: 'r/hello:1', ...config },
    image: { registry: 'r', repository: 'hello', tag: '1', digest, labels: {} },
  })
  const volumeFolder = (id: string) => `/volumes/${id}`
  const image = 'b/hello'
  return dockerRun({ machine, sandboxId: 's1', image, cpus: 2, secrets, volumeFolder })
}

test('labels and limits the container, and leaves restarts to Fly', () => {
  const { args } = runOf({ guest: { memory_mb: 512, cpus: 4 } })
  expect(args).toEqual(
    expect.arrayContaining([
      '--label=flyops.sandbox=s1',
      '--label=flyops.app=hello',
      '--memory=512m',
      '--memory-swap=512m',
      '--cpus=2',
      '--restart=no',
    ]),
  )
})

test('secrets win over the environment and are in no argument', () => {
  const { args, env } = runOf({ env: { KEY: 'public', MODE: 'a b' } }, { KEY: 'hush' })
  expect(env).toMatchObject({ KEY: 'hush', MODE: 'a b', FLY_APP_NAME: 'hello', FLY_REGION: 'ewr' })
  expect(args).toContain('--env=KEY')
  expect(args.join(' ')).not.toContain('hush')
})

test('a variable for the docker client cannot lead it to another engine', () => {
  const { args, env } = runOf({ env: { DOCKER_HOST: 'tcp://elsewhere' } })
  expect(env.DOCKER_HOST).toBeUndefined()
  expect(args).toContain('--env=DOCKER_HOST=tcp://elsewhere')
})

test.each([
  [{}, [], []],
  [{ cmd: ['web', '-p', '1'] }, [], ['web', '-p', '1']],
  [{ entrypoint: ['/e', 'x'], cmd: ['y'] }, ['--entrypoint=/e'], ['x', 'y']],
  [{ exec: ['/x', 'y'], cmd: ['z'] }, ['--entrypoint=/x'], ['y']],
])('starts %j', (init, flags, command) => {
  const { args } = runOf({ init })
  expect(args.filter((arg) => arg.startsWith('--entrypoint'))).toEqual(flags)
  expect(args.slice(args.indexOf('b/hello') + 1)).toEqual(command)
})

test('binds volumes and keeps the stop rules', () => {
  const { args } = runOf({
    mounts: [{ path: '/data', volume: 'vol_1' }],
    stop_config: { signal: 'SIGTERM', timeout: '1m' },
  })
  expect(args).toContain('--mount=type=bind,source=/volumes/vol_1,target=/data')
  expect(args).toContain('--stop-signal=SIGTERM')
  expect(args).toContain('--stop-timeout=60')
})
