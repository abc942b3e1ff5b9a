import { expect, test } from 'vitest'
import type { PushOutcome, RemoteImage } from '../../../src/docker/docker.js'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'
import { digestA } from '../../support/machines.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** The app is there, and the image is built. */
async function openBuilt(overrides: Overrides = {}): Promise<Flow> {
  const flow = await openFlow(overrides)
  await flow.call('create_app', { app: 'hello' })
  await flow.call('build_image', { app: 'hello' })
  flow.world.done.length = 0
  return flow
}

/** A registry that answers pushes with these, and then takes them. */
function answering(...outcomes: PushOutcome[]): Overrides {
  return {
    docker: (docker) => ({
      push: async (...args) => outcomes.shift() ?? docker.push(...args),
    }),
  }
}

test('the image is pushed, and seen in the registry', async () => {
  const flow = await openBuilt()
  const pushed = await flow.call('push_image', { image })
  expect(pushed).toMatchObject({ verified: true, auth: 'fresh', layers: { pushed: 2 } })
  expect(pushed).not.toHaveProperty('was_there')
  expect(pushed.image_by_digest).toBe(`registry.fly.io/hello@${pushed.digest}`)
  expect(pushed.next).toMatchObject([{ tool: 'deploy_image', arguments: { app: 'hello', image } }])
})

test('what the registry has is not pushed again', async () => {
  const flow = await openBuilt()
  await flow.call('push_image', { image })
  expect(await flow.call('push_image', { image })).toMatchObject({
    verified: true,
    layers: { pushed: 0, existing: 2 },
    was_there: true,
  })
  expect(flow.world.done).toEqual([`push ${image}`])
})

test('a login that is refused is renewed once', async () => {
  const refusal: PushOutcome = { kind: 'unauthorized', text: 'no basic auth credentials' }
  const flow = await openBuilt(answering(refusal))
  expect(await flow.call('push_image', { image })).toMatchObject({ auth: 'renewed' })
})

test('and where the new one is refused too, a person is needed', async () => {
  const refusal: PushOutcome = { kind: 'unauthorized', text: 'no basic auth credentials' }
  const flow = await openBuilt(answering(refusal, refusal))
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'not_authenticated',
    evidence: 'no basic auth credentials\nfly auth whoami: joe@example.com',
  })
})

test('a repository without an app is refused, with the calls that make one', async () => {
  const flow = await openFlow()
  await flow.call('build_image', { app: 'hello' })
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'app_not_found',
    next: [
      { tool: 'create_app', arguments: { app: 'hello' } },
      { tool: 'push_image', arguments: { image } },
    ],
  })
})

test('an image that was never built is built first', async () => {
  const flow = await openFlow()
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'image_not_local',
    next: [{ tool: 'build_image', arguments: { app: 'hello' } }],
  })
})

test('a commit tag does not move to other content, unless the caller says so', async () => {
  const flow = await openBuilt()
  const other: RemoteImage = {
    kind: 'found',
    digest: digestA,
    configDigest: digestA,
    sizeBytes: 1,
    layers: 1,
  }
  flow.world.registry.set(image, other)
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'tag_moved',
    next: [{ tool: 'deploy_image', arguments: { image } }],
  })
  expect(flow.world.done).toEqual([])
  await flow.call('push_image', { image, overwrite: true })
  expect(flow.world.done).toEqual([`push ${image}`])
})

test('a registry that fails is named, and is to be asked again', async () => {
  const text = 'received unexpected HTTP status: 500 Internal Server Error'
  const flow = await openBuilt(answering({ kind: 'refused', text }))
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'push_refused',
    retry: 'after_wait',
    diagnosis: 'registry_5xx',
    next: [{ tool: 'push_image', arguments: { image } }],
  })
})

test('a push that the registry does not show has not succeeded', async () => {
  const pushed: PushOutcome = {
    kind: 'pushed',
    digest: digestA,
    layers: { pushed: 1, existing: 0 },
  }
  const flow = await openBuilt(answering(pushed))
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'push_refused',
    evidence: expect.stringContaining('absent'),
  })
})

test('a digest can be looked up, but not pushed', async () => {
  const flow = await openBuilt()
  const pushed = await flow.call<{ image_by_digest: string }>('push_image', { image })
  const byDigest = pushed.image_by_digest
  expect(await flow.call('push_image', { image: byDigest })).toMatchObject({ verified: true })
  const absent = `registry.fly.io/hello@${digestA}`
  expect(await flow.fail('push_image', { image: absent })).toMatchObject({
    code: 'image_not_local',
  })
})
