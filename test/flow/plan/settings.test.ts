import { expect, test } from 'vitest'
import { type GivenSettings, mergeSettings, settingsOf } from '../../../src/flow/deploy/input.js'
import { knownSettings } from '../../../src/flow/plan/settings.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'
import { openFlow } from '../../support/clients/open-flow.js'
import { settingsWith } from '../../support/settings.js'

function settingsFrom(
  text: string | undefined,
  request: GivenSettings = {},
  kept: GivenSettings = {},
): readonly string[] {
  const base = text === undefined ? undefined : { path: 'fly.toml', text, isTarget: false }
  const settings = settingsOf(mergeSettings(kept, request))
  const image = 'registry.fly.io/hello:1'
  const { effective } = composeConfig({ app: 'hello', image, settings, base })
  const known = knownSettings(effective, { request, kept, from: base?.path ?? 'defaults' })
  return known.map(({ text, source }) => `${text} (${source})`)
}

test('every setting has its source: the caller, an earlier call, the file, the defaults, Fly', () => {
  const text = `app = "hello"
[env]
A = "1"
B = "2"
[http_service]
internal_port = 3000
min_machines_running = 2
[deploy]
strategy = "bluegreen"
`
  const request = { memory: '512mb', env: { B: 'x' } }
  expect(settingsFrom(text, request, { region: 'ams', env: { C: 'y' } })).toEqual([
    'internal_port 3000 (fly.toml)',
    'health_path no check by HTTP (fly.toml)',
    'auto_stop off (Fly’s default)',
    'min_machines_running 2 (fly.toml)',
    'force_https false (Fly’s default)',
    'region ams (an earlier call)',
    'memory 512mb (caller)',
    'cpus 1 shared (fly.toml)',
    'strategy bluegreen (fly.toml)',
    'env A (fly.toml)',
    'env B (caller)',
    'env C (an earlier call)',
  ])
})

test('without a file the defaults say so', () => {
  expect(settingsFrom(undefined, { health_path: '/up' })).toEqual([
    'internal_port 8080 (defaults)',
    'health_path /up (caller)',
    'auto_stop stop (defaults)',
    'min_machines_running 0 (defaults)',
    'force_https true (defaults)',
    'region ewr (defaults)',
    'memory 1024mb (defaults)',
    'cpus 1 shared (defaults)',
    'strategy rolling (Fly’s default)',
  ])
})

test('a worker of several groups has its sizes by group', () => {
  const text = '[processes]\na = "a"\nb = "b"\n[[vm]]\nsize = "performance-2x"\nprocesses = ["a"]\n'
  expect(settingsFrom(text)).toEqual([
    'services no HTTP (fly.toml)',
    'region as the machines are (Fly’s default)',
    'memory of a 4096mb (fly.toml)',
    'cpus of a 2 performance (fly.toml)',
    'memory of b as the machines have it; new ones 256mb (Fly’s default)',
    'strategy rolling (Fly’s default)',
    'processes a, b (fly.toml)',
  ])
})

test('a plan, a dry run and a result show them; a plan that has nothing to do replaces nothing', async () => {
  const flow = await openFlow()
  const shown = settingsWith('memory 512mb (caller)', 'internal_port 8080 (defaults)')
  const args = { app: 'hello', memory: '512mb', skip_test: true }
  expect(await flow.call('ship', { ...args, plan_only: true })).toMatchObject({
    plan: { settings: shown, machines: { created: 1, replaced: 0 } },
  })
  const { image } = await flow.call<{ image: string }>('ship', args)
  const deploy = { app: 'hello', image, memory: '512mb' }
  expect(await flow.call('deploy_image', { ...deploy, dry_run: true })).toMatchObject({
    settings: shown,
  })
  expect(await flow.call('deploy_image', deploy)).toMatchObject({ settings: shown })
  const { plan } = await flow.call<{ plan: object }>('ship', { ...args, plan_only: true })
  expect(plan).toMatchObject({
    machines: { created: 0, replaced: 0 },
    dollars_a_month: { running: 1.94 },
  })
})
