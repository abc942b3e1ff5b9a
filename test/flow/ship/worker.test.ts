import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { type ShownSteps, statusesOf } from '../../support/steps.js'

interface Shipped {
  readonly steps: ShownSteps
}

/** An image that listens on nothing. */
function openWorker(): Promise<Flow> {
  return openFlow({
    docker: (docker) => ({
      startContainer: async (request) => ({
        ...(await docker.startContainer(request)),
        look: async () => ({ listening: [] }),
      }),
    }),
  })
}

function tomlOf({ root }: Flow): Promise<string> {
  return readFile(join(root, 'fly-hello.toml'), 'utf8')
}

test('a worker without a toml gets no service and no check, and stays a worker', async () => {
  const flow = await openWorker()
  const shipped = await flow.call<Shipped>('ship', { app: 'hello', worker: true })
  expect(shipped).toMatchObject({ verdict: 'healthy' })
  expect(statusesOf(shipped.steps)).toHaveLength(5)
  expect(shipped).not.toHaveProperty('url')
  expect(await tomlOf(flow)).not.toMatch(/service|check/)

  const again = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(statusesOf(again.steps)).toEqual(Array(5).fill('skipped'))
  expect(again).not.toHaveProperty('url')
})

test('a worker that takes requests from now on gets its service', async () => {
  const flow = await openWorker()
  await flow.call('ship', { app: 'hello', worker: true, skip_test: true })
  await flow.call('ship', { app: 'hello', internal_port: 3000, skip_test: true })
  expect(await tomlOf(flow)).toMatch(/http_service[\s\S]*internal_port = 3000/)
})

test('an app that becomes a worker keeps no settings of a service', async () => {
  const flow = await openWorker()
  const web = { internal_port: 3000, grace_period: '20s', auto_stop: 'off', skip_test: true }
  await flow.call('ship', { app: 'hello', ...web })
  await flow.call('ship', { app: 'hello', worker: true, skip_test: true })
  expect(await tomlOf(flow)).not.toMatch(/service|grace|auto_stop/)
})

test('what listens on nothing is offered to be shipped as a worker', async () => {
  const flow = await openWorker()
  const error = await flow.fail('ship', { app: 'hello' })
  expect(error.message).toContain('listens on nothing')
  expect(error.remedy).toContain('give it that as `grace_period`')
  // The image names a port, as one of a server does.
  expect(error.next).toMatchObject([
    { tool: 'ship', arguments: { app: 'hello', grace_period: '60s' } },
    { tool: 'ship', arguments: { app: 'hello', worker: true } },
  ])
}, 30_000)

test('a test as a worker counts for the ship of one, and offers it', async () => {
  const flow = await openWorker()
  const image = 'registry.fly.io/hello:1a2b3c4'
  await flow.call('build_image', { app: 'hello' })
  const tested = await flow.call('test_image', { image, worker: true })
  expect(tested).toMatchObject({
    next: [{}, { tool: 'ship', arguments: { app: 'hello', worker: true } }],
  })
  const shipped = await flow.call<Shipped>('ship', { app: 'hello', worker: true })
  expect(shipped.steps.test).toMatch(/^skipped/)
})

test('a toml with a service is none of a worker', async () => {
  const flow = await openWorker()
  await flow.write('fly.toml', "app = 'hello'\n[http_service]\ninternal_port = 8080\n")
  const error = await flow.fail('ship', { app: 'hello', worker: true })
  expect(error).toMatchObject({ code: 'invalid_input' })
  expect(error.message).toContain('fly.toml has a service')
  expect(await flow.fail('ship', { app: 'hello', worker: true, internal_port: 1 })).toMatchObject({
    message: 'worker: a worker has no port and no path.',
  })
})
