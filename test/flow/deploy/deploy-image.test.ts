import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'
import { failedChecks } from '../../support/clients/world.js'

const app = 'hello'
const image = 'registry.fly.io/hello:1a2b3c4'

/** The image is in the registry. */
async function openPushed(overrides: Overrides = {}): Promise<Flow> {
  const flow = await openFlow(overrides)
  await flow.call('create_app', { app })
  await flow.call('build_image', { app })
  await flow.call('push_image', { image })
  flow.world.done.length = 0
  return flow
}

test('the app runs the digest that was pushed, with the settings of the toml that is left', async () => {
  const flow = await openPushed()
  const deployed = await flow.call('deploy_image', { app, image, region: 'ams' })
  expect(deployed).toMatchObject({
    release: 1,
    verdict: 'healthy',
    digest: flow.world.registry.get(image)?.digest,
    config_path: 'fly-hello.toml',
    config_from: 'defaults',
    next: [{ tool: 'check_health' }, { tool: 'list_releases' }],
  })
  const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  expect(toml).toContain('primary_region = "ams"')
})

test('the second one can be undone', async () => {
  const flow = await openPushed()
  await flow.call('deploy_image', { app, image })
  expect(await flow.call('deploy_image', { app, image, interval: '15s' })).toMatchObject({
    release: 2,
    next: [{ tool: 'check_health' }, { tool: 'rollback', arguments: { app, to: 1 } }],
  })
})

test('a dry run shows the toml and the command, and changes nothing', async () => {
  const flow = await openPushed()
  const shown = await flow.call('deploy_image', { app, image, dry_run: true })
  expect(shown).toMatchObject({
    dry_run: {
      toml: expect.stringContaining('app = "hello"'),
      command: expect.stringContaining(`--image ${image}`),
      current_release: 0,
    },
    settings: expect.arrayContaining([
      expect.stringMatching(
        /^list prices of [-\d]+: at most \$[\d.]+ a month running, \$0 at rest$/,
      ),
    ]),
    next: [{ tool: 'deploy_image', arguments: { app, image } }],
  })
  expect(flow.world.done).toEqual([])
  await expect(readFile(join(flow.root, 'fly-hello.toml'))).rejects.toThrow('ENOENT')
})

test('what flyctl does not know is a warning', async () => {
  const flow = await openPushed({ flyctl: () => ({ validateConfig: async () => ['colour'] }) })
  expect(await flow.call('deploy_image', { app, image })).toMatchObject({
    warnings: [{ code: 'unknown_setting', text: expect.stringContaining('colour') }],
  })
})

test('an image that was not pushed is pushed first', async () => {
  const flow = await openFlow()
  await flow.call('create_app', { app })
  expect(await flow.fail('deploy_image', { app, image })).toMatchObject({
    code: 'image_not_found',
    next: [{ tool: 'push_image' }, { tool: 'deploy_image' }],
  })
})

test('an app that is not there is created first', async () => {
  const flow = await openFlow()
  expect(await flow.fail('deploy_image', { app, image })).toMatchObject({
    code: 'app_not_found',
    next: [{ tool: 'create_app' }, { tool: 'deploy_image' }],
  })
})

test('an app without its secrets is not deployed', async () => {
  const flow = await openPushed()
  const error = await flow.fail('deploy_image', { app, image, required_secrets: ['PASSWORD'] })
  expect(error.message).toContain('PASSWORD')
  expect(flow.world.done).toEqual([])
})

test('a toml that flyctl refuses is named as its user knows it, and none is written', async () => {
  const flow = await openPushed({
    flyctl: () => ({
      async validateConfig(path) {
        throw new FlyopsError('config_invalid', 'config', 'flyctl refuses it.', { evidence: path })
      },
    }),
  })
  expect(await flow.fail('deploy_image', { app, image })).toMatchObject({
    code: 'config_invalid',
    evidence: 'fly-hello.toml',
  })
  expect(flow.world.done).toEqual([])
})

test('where the registry does not answer, the deploy goes by the tag, and says so', async () => {
  const flow = await openFlow({
    docker: () => ({ inspectRemote: async () => ({ kind: 'failed', text: 'no answer' }) }),
  })
  await flow.call('create_app', { app })
  expect(await flow.call('deploy_image', { app, image })).toMatchObject({
    verdict: 'healthy',
    warnings: [{ code: 'digest_unverified' }],
  })
})

test('checks that do not pass are unhealthy, whatever was before', async () => {
  const flow = await openPushed()
  flow.world.rollOuts.push(failedChecks)
  flow.world.answer = { status: 500 }
  expect(await flow.fail('deploy_image', { app, image })).toMatchObject({
    code: 'unhealthy',
    next: expect.arrayContaining([expect.objectContaining({ tool: 'check_health' })]),
  })
})

test('a flyctl that changed nothing has failed, with its own words', async () => {
  const flow = await openPushed()
  await flow.call('deploy_image', { app, image })
  flow.world.rollOuts.push({
    error: 'Error: insufficient resources available',
    changesNothing: true,
  })
  expect(await flow.fail('deploy_image', { app, image })).toMatchObject({
    code: 'deploy_failed',
    evidence: expect.stringContaining('insufficient resources'),
  })
})

test('a flyctl that fails after all machines run the image is a warning', async () => {
  const flow = await openPushed()
  flow.world.rollOuts.push({ error: 'Error: failed to release the lease' })
  expect(await flow.call('deploy_image', { app, image })).toMatchObject({
    verdict: 'healthy',
    warnings: [{ code: 'flyctl_failed', text: expect.stringContaining('lease') }],
  })
})

test('that flyctl did not see a healthy app listen is no fault', async () => {
  const flow = await openPushed({
    flyctl: (flyctl) => ({
      deploy: async (...args) => ({ ...(await flyctl.deploy(...args)), notListening: true }),
    }),
  })
  expect(await flow.call('deploy_image', { app, image })).toMatchObject({
    verdict: 'healthy',
    warnings: [{ code: 'not_listening', cosmetic: true }],
  })
})

test('two deploys of an app do not meet', async () => {
  const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const flow = await openPushed({
    flyctl: (flyctl) => ({
      async deploy(...args) {
        begin()
        await mayEnd
        return flyctl.deploy(...args)
      },
    }),
  })
  const first = flow.call('deploy_image', { app, image })
  await hasBegun
  expect(await flow.fail('deploy_image', { app, image, interval: '15s' })).toMatchObject({
    code: 'deploy_in_progress',
    next: [{ tool: 'get_job' }],
  })
  end()
  expect(await first).toMatchObject({ verdict: 'healthy' })
})
