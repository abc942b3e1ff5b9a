import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { machine } from '../../support/machines.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** As a pipeline has deployed it, and `flyctl config show` says. */
const config = {
  app: 'hello',
  primary_region: 'ams',
  build: { image: 'registry.fly.io/hello:old' },
  env: { FLY_PROCESS_GROUP: 'app', LOG: 'debug' },
  http_service: {
    internal_port: 3000,
    force_https: true,
    checks: [{ path: '/up', interval: '10s', tls_skip_verify: null }],
  },
  vm: [{ memory: '256mb', cpus: 1 }],
  metrics: [{}],
}

async function openRunning(): Promise<Flow> {
  const flow = await openFlow()
  await flow.call('create_app', { app: 'hello' })
  await flow.call('build_image', { app: 'hello' })
  await flow.call('push_image', { image })
  const app = flow.world.apps.get('hello')
  if (app === undefined) throw new Error('the app was not created')
  const machines = [machine({ id: 'm1', release: 4, image: 'registry.fly.io/hello:old' })]
  flow.world.apps.set('hello', { ...app, release: 4, machines, config })
  return flow
}

test('without a file, what runs is the base, and the changes are told against it', async () => {
  const flow = await openRunning()
  const shown = await flow.call('deploy_image', { app: 'hello', image, dry_run: true })
  expect(shown).toMatchObject({
    config_from: 'the running app',
    config_changes: [`build.image: "registry.fly.io/hello:old" → "${image}"`],
    settings: expect.arrayContaining([
      'internal_port 3000 (the running app)',
      'health_path /up (the running app)',
      'memory 256mb (the running app)',
      'env LOG (the running app)',
    ]),
  })
  const planned = await flow.call('ship', { app: 'hello', memory: '512mb', plan_only: true })
  expect(planned).toMatchObject({
    plan: {
      toml_from: 'the running app',
      toml_changes: [expect.stringContaining('build.image'), 'vm[0].memory: "256mb" → "512mb"'],
    },
  })
})

test('what a deploy has written of it is the base from then on', async () => {
  const flow = await openRunning()
  await flow.call('deploy_image', { app: 'hello', image })
  const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  expect(toml).toMatch(/^# written by flyops from the running app\n/)
  expect(toml).not.toMatch(/FLY_PROCESS_GROUP|metrics|tls_skip_verify/)
  const again = await flow.call('deploy_image', { app: 'hello', image, dry_run: true })
  expect(again).toMatchObject({ config_from: 'fly-hello.toml', config_changes: [] })
})

test('a file comes before what runs, and an app that runs nothing has the defaults', async () => {
  const flow = await openRunning()
  await flow.write('fly.toml', 'app = "hello"\n')
  const dryRun = { app: 'hello', image, dry_run: true }
  expect(await flow.call('deploy_image', dryRun)).toMatchObject({ config_from: 'fly.toml' })
  const fresh = await openFlow()
  expect(await fresh.call('ship', { app: 'hello', plan_only: true })).toMatchObject({
    plan: { toml_from: 'defaults' },
  })
})
