import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DeliveredBuild } from '../../../src/docker/docker.js'
import { atBuildkit } from '../../support/clients/docker.js'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** A flyops whose settings name a buildkitd, which answers with these first. */
function openAtBuildkit(...outcomes: DeliveredBuild[]): Promise<Flow> {
  return openFlow({
    docker: ({ buildAndDeliver }) => ({
      ...atBuildkit,
      buildAndDeliver: async (...args) => outcomes.shift() ?? buildAndDeliver(...args),
    }),
  })
}

async function openWithApp(...outcomes: DeliveredBuild[]): Promise<Flow> {
  const flow = await openAtBuildkit(...outcomes)
  await flow.call('create_app', { app: 'hello' })
  flow.world.done.length = 0
  return flow
}

test('build_image pushes what it builds, and offers the deploy of it', async () => {
  const flow = await openWithApp()
  const built = await flow.call('build_image', { app: 'hello' })
  expect(flow.world.done).toEqual([`build ${image} and push`])
  expect(built).toMatchObject({ image, digest: flow.world.registry.get(image)?.digest })
  expect(built.next).toMatchObject([{ tool: 'deploy_image', arguments: { app: 'hello', image } }])
})

test('push_image finds it in the registry', async () => {
  const flow = await openWithApp()
  const built = await flow.call('build_image', { app: 'hello' })
  const pushed = await flow.call('push_image', { image })
  expect(pushed).toMatchObject({ digest: built.digest, layers: { pushed: 0, existing: 2 } })
  expect(flow.world.done).toEqual([`build ${image} and push`])
})

test('push_image of what was never built offers the build that pushes', async () => {
  const flow = await openWithApp()
  expect(await flow.fail('push_image', { image })).toMatchObject({
    code: 'image_not_local',
    remedy: expect.stringContaining('FLYOPS_BUILDKIT'),
    next: [{ tool: 'build_image', arguments: { app: 'hello' } }],
  })
})

test('test_image says that it needs an engine, and goes on without', async () => {
  const flow = await openWithApp()
  await flow.call('build_image', { app: 'hello' })
  expect(await flow.fail('test_image', { image })).toMatchObject({
    code: 'image_not_local',
    message: expect.stringContaining('Docker engine'),
    next: [{ tool: 'push_image', arguments: { image } }],
  })
})

test('nothing is built before there is an app to push to', async () => {
  const flow = await openAtBuildkit()
  expect(await flow.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'app_not_found',
    next: [{ tool: 'create_app' }, { tool: 'build_image', arguments: { app: 'hello' } }],
  })
  expect(flow.world.done).toEqual([])
})

test('a login that ended while it built is renewed once', async () => {
  const refusal = { kind: 'unauthorized', text: '401 Unauthorized' } as const
  const flow = await openWithApp(refusal)
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({ image })
  const other = await openWithApp(refusal, refusal)
  expect(await other.fail('build_image', { app: 'hello' })).toMatchObject({
    code: 'not_authenticated',
  })
})

test('a commit tag does not move: the same content is no push, other content is refused', async () => {
  const flow = await openWithApp()
  const first = await flow.call('build_image', { app: 'hello' })
  expect(await flow.call('build_image', { app: 'hello' })).toMatchObject({ digest: first.digest })
  expect(flow.world.done.at(-1)).toBe(`build ${image}`)
  const error = await flow.fail('build_image', { app: 'hello', build_args: { MODE: 'other' } })
  expect(error).toMatchObject({ code: 'tag_moved', next: [{ tool: 'deploy_image' }] })
  expect(flow.world.registry.get(image)?.digest).toBe(first.digest)
})

test('a builder of the caller’s is refused', async () => {
  const flow = await openWithApp()
  const error = await flow.fail('build_image', { app: 'hello', builder: 'mine' })
  expect(error).toMatchObject({ code: 'invalid_input' })
})

test('ship says where it builds, creates the app first, and tests nothing', async () => {
  const flow = await openAtBuildkit()
  const plan = await flow.call<{ plan_id: string }>('ship', { app: 'hello', plan_only: true })
  expect(plan).toMatchObject({
    steps: {
      build: 'planned: at tcp://builder.internal:1234, as FLYOPS_BUILDKIT says; it pushes too',
      test: 'skipped: it needs a Docker engine, and FLYOPS_BUILDKIT builds without one',
      push: 'planned: finds what the build has pushed',
    },
  })
  const { plan_id } = plan
  expect(await flow.call('ship', { app: 'hello', plan_id })).toMatchObject({
    verdict: 'healthy',
    digest: flow.world.registry.get(image)?.digest,
    steps: { test: expect.stringContaining('skipped: it needs a Docker engine') },
  })
  expect(flow.world.done.slice(0, 2)).toEqual(['create hello', `build ${image} and push`])
  flow.world.done.length = 0
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({ steps: { build: 'skipped' } })
  expect(flow.world.done).toEqual([])
})

test.each(['ship', 'deploy_image'])('%s asks no path that nobody has tried', async (tool) => {
  const flow = await openWithApp()
  await flow.call('build_image', { app: 'hello' })
  await flow.call(tool, { app: 'hello', ...(tool === 'ship' ? {} : { image }) })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).not.toContain('checks')
  await flow.call(tool, { app: 'hello', health_path: '/up', ...(tool === 'ship' ? {} : { image }) })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toMatch(/path = ["']\/up["']/)
})

test.each(['ship', 'deploy_image'])(
  '%s takes the port that the image in the registry exposes',
  async (tool) => {
    const flow = await openFlow({
      docker: () => ({ ...atBuildkit, remotePorts: async (of) => (of === image ? [3000] : []) }),
    })
    await flow.call('create_app', { app: 'hello' })
    if (tool !== 'ship') await flow.call('build_image', { app: 'hello' })
    const done = await flow.call(tool, { app: 'hello', ...(tool === 'ship' ? {} : { image }) })
    expect(done).toMatchObject({ verdict: 'healthy' })
    const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
    expect(toml).toMatch(/internal_port = 3000/)
    expect(toml).not.toContain('checks')
  },
)
