import { expect, test } from 'vitest'
import type { LocalImage } from '../../../src/docker/docker.js'
import type { Running } from '../../../src/flow/test/container.js'
import { describeTrial } from '../../../src/flow/test/describe-trial.js'
import type { ImageTest } from '../../../src/flow/test/image-test.js'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** An image whose server has used 20 MB. */
async function openBuilt(): Promise<Flow> {
  const look = async () => ({ listening: ['0.0.0.0:8080'], memoryPeakBytes: 20 * 2 ** 20 })
  const overrides: Overrides = {
    docker: ({ startContainer }) => ({
      startContainer: async (request) => ({ ...(await startContainer(request)), look }),
    }),
  }
  const flow = await openFlow(overrides)
  await flow.call('build_image', { app: 'hello' })
  return flow
}

const toml = `app = "hello"
[http_service]
internal_port = 8080
[[http_service.checks]]
path = "/info"
grace_period = "5s"
[[vm]]
memory = "512mb"
`

test('what nobody says of a deploy is suggested', async () => {
  const { call } = await openBuilt()
  expect(await call('test_image', { image })).toMatchObject({
    memory_peak_mb: 20,
    suggested: { grace_period: '10s', memory: '256mb' },
  })
  const { suggested } = await call('test_image', { image, memory: '1gb' })
  expect(suggested).toEqual({ grace_period: '10s' })
})

test('what the toml says is left alone', async () => {
  const { call, write } = await openBuilt()
  await write('fly.toml', toml)
  const tested = await call('test_image', { image })
  expect(tested).toMatchObject({ memory_peak_mb: 20 })
  expect(tested).not.toHaveProperty('suggested')
})

test('a grace period that is too short is told with one that is not', async () => {
  const found = { port: 8080, startupMs: 6_000 }
  expect(await suggestedFor({ graceMs: 5_000 }, found)).toEqual({ grace_period: '12s' })
  expect(await suggestedFor({ graceMs: 12_000 }, found)).toBeUndefined()
})

async function suggestedFor(test: Partial<ImageTest>, found: { port: number; startupMs: number }) {
  const container = { look: async () => undefined, log: async () => '' }
  const { signal } = new AbortController()
  const parts = { test, container, context: { signal }, over: signal }
  const local = { exposedPorts: [], os: 'linux', architecture: 'amd64' }
  const trial = describeTrial(parts as unknown as Running, local as unknown as LocalImage, found)
  return (await trial).suggested
}
