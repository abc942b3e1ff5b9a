import { expect, test } from 'vitest'
import { containerConfig } from '../../../src/sandbox/machines/container-config.js'
import type { MachineConfig } from '../../../src/sandbox/platform/machine-config.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'

const digest = `sha256:${'a'.repeat(64)}`

const network = { name: 'flyops-s1', hasIpv6: true }

function configOf(
  config: Partial<MachineConfig>,
  secrets: Record<string, string> = {},
  on: typeof network | null = network,
) {
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
  const request = { machine, sandboxId: 's1', image, cpus: 2, secrets, volumeFolder }
  return containerConfig(request, on ?? undefined)
}

test('labels and limits the container, and leaves restarts to Fly', () => {
  expect(configOf({ guest: { memory_mb: 512, cpus: 4 } })).toMatchObject({
    Image: 'b/hello',
    Labels: { 'flyops.sandbox': 's1', 'flyops.app': 'hello' },
    HostConfig: {
      Memory: 512 * 2 ** 20,
      MemorySwap: 512 * 2 ** 20,
      NanoCpus: 2e9,
      RestartPolicy: { Name: 'no' },
    },
  })
})

test('secrets win over the environment, and the platform’s variables over both', () => {
  const { Env } = configOf(
    { env: { KEY: 'public', MODE: 'a b' } },
    { KEY: 'hush', FLY_REGION: 'x' },
  )
  expect(Env).toEqual(expect.arrayContaining(['KEY=hush', 'MODE=a b', 'FLY_APP_NAME=hello']))
  expect(Env).toContain('FLY_REGION=ewr')
  expect(Env).not.toContain('KEY=public')
})

test('a variable for the docker client reaches the container like any other', () => {
  const { Env } = configOf({ env: { DOCKER_HOST: 'tcp://elsewhere' } })
  expect(Env).toContain('DOCKER_HOST=tcp://elsewhere')
})

test.each([
  [{}, undefined, undefined],
  [{ cmd: ['web', '-p', '1'] }, undefined, ['web', '-p', '1']],
  [{ entrypoint: ['/e', 'x'], cmd: ['y'] }, ['/e'], ['x', 'y']],
  [{ exec: ['/x', 'y'], cmd: ['z'] }, ['/x'], ['y']],
])('starts %j', (init, entrypoint, command) => {
  const { Entrypoint, Cmd } = configOf({ init })
  expect(Entrypoint).toEqual(entrypoint)
  expect(Cmd).toEqual(command)
})

test('binds volumes and keeps the stop rules', () => {
  const config = configOf({
    mounts: [{ path: '/data', volume: 'vol_1' }],
    stop_config: { signal: 'SIGTERM', timeout: '1m' },
  })
  expect(config).toMatchObject({ StopSignal: 'SIGTERM', StopTimeout: 60 })
  expect(config.HostConfig.Mounts).toEqual([
    { Type: 'bind', Source: '/volumes/vol_1', Target: '/data' },
  ])
})

test('has its address and its names in the network of its sandbox', () => {
  const config = configOf({ metadata: { fly_process_group: 'web' } })
  const address = 'fdaa:0:1:a7b::1'
  expect(config.Env).toContain(`FLY_PRIVATE_IP=${address}`)
  expect(config.HostConfig).toMatchObject({
    NetworkMode: 'flyops-s1',
    ExtraHosts: [`fly-local-6pn:${address}`],
  })
  expect(config.NetworkingConfig.EndpointsConfig).toEqual({
    'flyops-s1': {
      Aliases: [
        'hello.internal',
        '00000000000001.vm.hello.internal',
        'ewr.hello.internal',
        'web.process.hello.internal',
      ],
      IPAMConfig: { IPv6Address: address },
    },
  })
})

test('has names alone where the engine has no IPv6', () => {
  const config = configOf({}, {}, { ...network, hasIpv6: false })
  expect(config.HostConfig.ExtraHosts).toEqual([])
  const [endpoint] = Object.values(config.NetworkingConfig.EndpointsConfig)
  expect(endpoint).toEqual({ Aliases: expect.arrayContaining(['hello.internal']) })
})

test('is on the plain bridge, without names, where no private network is wanted', () => {
  const config = configOf({}, {}, null)
  expect(config.HostConfig).toMatchObject({ NetworkMode: 'bridge', ExtraHosts: [] })
  expect(config.NetworkingConfig).toEqual({ EndpointsConfig: {} })
})
