import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { machine } from '../../support/machines.js'
import { settingsWith } from '../../support/settings.js'

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
    settings: settingsWith(
      'internal_port 3000 (the running app)',
      'health_path /up (the running app)',
      'memory 256mb (the running app)',
      'env LOG (the running app)',
    ),
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

/** Somebody deploys it in another way, with other settings. */
function changeLive(flow: Flow, changes: object): void {
  const app = flow.world.apps.get('hello')
  if (app === undefined) throw new Error('there is no app')
  const release = app.release + 1
  const machines = app.machines.map((each) => ({ ...each, release }))
  flow.world.apps.set('hello', {
    ...app,
    release,
    machines,
    config: { ...app.config, ...changes },
  })
}

test('what a colleague changed since flyops deployed it counts, and the plan says so', async () => {
  const flow = await openRunning()
  await flow.call('deploy_image', { app: 'hello', image, memory: '512mb' })
  changeLive(flow, { vm: [{ memory: '1gb', cpus: 1 }] })
  const planned = { app: 'hello', memory: undefined, plan_only: true }
  expect(await flow.call('ship', planned)).toMatchObject({
    plan: {
      toml_from: 'the running app',
      settings: settingsWith('memory 1024mb (the running app)'),
    },
    warnings: [
      {
        code: 'live_changed',
        text: 'Somebody has changed hello since flyops wrote fly-hello.toml, so what runs counts: vm[0].memory: "512mb" → "1024mb".',
      },
    ],
  })
  await flow.call('deploy_image', { app: 'hello', image })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toContain('memory = "1gb"')
})

test('so it is of what flyops deployed by its defaults', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  changeLive(flow, { env: { LOG: 'debug' } })
  expect(await flow.call('ship', { app: 'hello', plan_only: true })).toMatchObject({
    plan: {
      toml_from: 'the running app',
      settings: settingsWith('env LOG (the running app)'),
    },
  })
})

test('a release that changes no setting, as secrets make one, leaves the file what it is', async () => {
  const flow = await openRunning()
  await flow.call('deploy_image', { app: 'hello', image, memory: '512mb' })
  changeLive(flow, { build: undefined })
  expect(await flow.call('deploy_image', { app: 'hello', image, dry_run: true })).toMatchObject({
    config_from: 'fly-hello.toml',
    warnings: [],
  })
})

test('a plan by the author’s file tells what differs from what runs, not from the file', async () => {
  const flow = await openRunning()
  await flow.write(
    'fly.toml',
    'app = "hello"\nprimary_region = "ams"\n[http_service]\ninternal_port = 3000\nforce_https = true\n[[vm]]\nmemory = "256mb"\ncpus = 1\n',
  )
  expect(await flow.call('deploy_image', { app: 'hello', image, dry_run: true })).toMatchObject({
    config_from: 'fly.toml',
    config_changes: [
      `build.image: "registry.fly.io/hello:old" → "${image}"`,
      'http_service.checks[0].path: "/up" → (none)',
      'http_service.checks[0].interval: "10s" → (none)',
      'env.LOG: "debug" → (none)',
    ],
  })
})
