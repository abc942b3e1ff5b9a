import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit, failedChecks } from '../../support/clients/world.js'
import { machine } from '../../support/machines.js'
import { settingsWith } from '../../support/settings.js'

interface Promoted {
  readonly status: string
  readonly results: readonly { readonly app: string; readonly status: string }[]
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

const image = 'registry.fly.io/source:1a2b3c4'

/** A source that was shipped with settings of its own, and apps beside it that run nothing. */
async function openShipped(...apps: readonly string[]): Promise<Flow> {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  await flow.call('ship', { app: 'source', env: { COLOUR: 'blue' } })
  for (const app of apps) await flow.call('create_app', { app })
  flow.world.done.length = 0
  return flow
}

function statuses({ results }: Promoted): object {
  return Object.fromEntries(results.map(({ app, status }) => [app, status]))
}

test('the same digest goes to each app, new ones with the settings of the source but its variables', async () => {
  const flow = await openShipped('one', 'two')
  const promoted = await flow.call<Promoted>('promote_image', { image, apps: ['one', 'two'] })
  expect(promoted).toMatchObject({
    status: 'done',
    results: [{ config_from: 'the settings of source', names_missing: ['COLOUR'] }, {}],
    next: [],
  })
  expect(statuses(promoted)).toEqual({ one: 'deployed', two: 'deployed' })
  expect(flow.world.done).toEqual([`deploy ${image} to one`, `deploy ${image} to two`])
  const toml = await readFile(join(flow.root, 'fly-one.toml'), 'utf8')
  expect(toml).toContain('internal_port = 8080')
  expect(toml).not.toContain('COLOUR')
})

test('what is set for one app stands in the toml of that app alone', async () => {
  const flow = await openShipped('one', 'two')
  const set = ['vm.memory=512mb', 'two:primary_region=iad', 'two:vm.memory=2gb']
  const call = { image, apps: ['one', 'two'], set }
  const plan = await flow.call<Promoted>('promote_image', { ...call, plan_only: true })
  expect(plan.results).toMatchObject([
    { settings: settingsWith('memory 512mb (set)') },
    { settings: settingsWith('region iad (set)', 'memory 2048mb (set)') },
  ])
  const [next] = plan.next
  expect(next?.arguments).toMatchObject({ apps: ['one', 'two'], set })
  await flow.call(next?.tool ?? '', next?.arguments ?? {})
  const [one, two] = await Promise.all(
    ['one', 'two'].map((app) => readFile(join(flow.root, `fly-${app}.toml`), 'utf8')),
  )
  expect(one).toMatch(/primary_region = ["']ewr["']/)
  expect(two).toMatch(/primary_region = ["']iad["']/)
})

test('a plan leads first to the secrets of the source that an app lacks', async () => {
  const flow = await openShipped('one')
  await flow.call('set_secrets', { app: 'source', names: ['PASSWORD'], from: 'env' })
  const plan = await flow.call<Promoted>('promote_image', { image, apps: ['one'], plan_only: true })
  const given = { app: 'one', names: ['PASSWORD'], from: 'env', stage: true }
  expect(plan.next).toMatchObject([
    { tool: 'set_secrets', arguments: given },
    { tool: 'promote_image', arguments: { apps: ['one'] } },
  ])
  for (const { tool, arguments: args } of plan.next) await flow.call(tool, args)
  const again = await flow.call<Promoted>('promote_image', { image, apps: ['one'] })
  expect(again).toMatchObject({ results: [{ status: 'skipped' }], next: [] })
})

test('what is set for an app that takes no part is refused', async () => {
  const flow = await openShipped('one')
  const set = ['other:vm.memory=512mb']
  const error = await flow.fail('promote_image', { image, apps: ['one'], set })
  expect(error).toMatchObject({ code: 'invalid_input' })
  expect(error.message).toContain('other is none of the apps')
  expect(flow.world.done).toEqual([])
})

test('variables go along where they are asked for', async () => {
  const flow = await openShipped('one')
  const call = { image, apps: ['one'], copy_env: true }
  const plan = await flow.call<Promoted>('promote_image', { ...call, plan_only: true })
  expect(plan.next[0]?.arguments).toMatchObject({ copy_env: true })
  await flow.call('promote_image', call)
  expect(await readFile(join(flow.root, 'fly-one.toml'), 'utf8')).toContain('COLOUR = "blue"')
})

/** As somebody else has deployed it. */
const config = {
  app: 'prod',
  primary_region: 'ams',
  env: { LEVEL: 'high' },
  http_service: { internal_port: 3000, checks: [{ path: '/up', interval: '10s' }] },
  vm: [{ memory: '256mb' }],
}

/** A source beside apps that run and that no file here tells of. */
async function openLive(...apps: readonly string[]): Promise<Flow> {
  const flow = await openShipped(...apps)
  for (const name of apps) {
    const app = flow.world.apps.get(name)
    if (app === undefined) throw new Error('the app was not created')
    const machines = [machine({ release: 4, image: `registry.fly.io/${name}:old` })]
    flow.world.apps.set(name, { ...app, release: 4, machines, config: { ...config, app: name } })
  }
  return flow
}

test('an app that runs keeps what is its own, and the plan shows what differs', async () => {
  const flow = await openLive('one')
  const plan = { from_app: 'source', apps: ['one'], plan_only: true, details: true }
  expect(await flow.call('promote_image', plan)).toMatchObject({
    results: [
      {
        config_from: 'the running app',
        image_before: 'registry.fly.io/one:old',
        changes: [`build.image: "registry.fly.io/one:old" → "${image}"`],
        names_missing: ['COLOUR'],
        names_added: ['LEVEL'],
      },
    ],
  })
  await flow.call('promote_image', { from_app: 'source', apps: ['one'] })
  const toml = await readFile(join(flow.root, 'fly-one.toml'), 'utf8')
  for (const kept of ['LEVEL = "high"', 'internal_port = 3000', 'path = "/up"', '256mb'])
    expect(toml).toContain(kept)
})

test('its own file comes first, and another app’s is not its own', async () => {
  const flow = await openLive('one', 'two')
  await flow.write('fly.toml', 'app = "source"\n[env]\nA = "1"\n')
  await flow.write('fly.one.toml', 'app = "one"\n[env]\nLEVEL = "low"\n[[vm]]\nmemory = "512mb"\n')
  const plan = { from_app: 'source', apps: ['one', 'two'], plan_only: true }
  expect(await flow.call('promote_image', plan)).toMatchObject({
    results: [
      {
        config_from: 'fly.one.toml',
        changes: expect.arrayContaining([
          'env.LEVEL: "high" → "low"',
          'vm[0].memory: "256mb" → "512mb"',
          'http_service.internal_port: 3000 → (none)',
        ]),
      },
      { config_from: 'the running app' },
    ],
  })
})

test('an app that would lose a variable that it runs with is refused', async () => {
  const flow = await openLive('one', 'two')
  await flow.write('fly.one.toml', 'app = "one"\n[env]\nA = "1"\n')
  const plan = await flow.call<Promoted>('promote_image', {
    from_app: 'source',
    apps: ['one', 'two'],
    plan_only: true,
  })
  expect(plan.results).toMatchObject([
    { status: 'failed', code: 'config_invalid', reason: expect.stringContaining('LEVEL') },
    { status: 'planned' },
  ])
  expect(plan.next.map(({ tool }) => tool)).toEqual(['deploy_image', 'promote_image'])
  expect(plan.next[1]?.arguments).toMatchObject({ apps: ['two'] })
  expect(await flow.fail('promote_image', { from_app: 'source', apps: ['one'] })).toMatchObject({
    code: 'config_invalid',
  })
  expect(flow.world.done).toEqual([])
})

test('one call takes back what went to several apps', async () => {
  const flow = await openShipped('one', 'two')
  const apps = ['one', 'two']
  await flow.call('promote_image', { image, apps })
  changeCommit(flow.world)
  await flow.call('ship', { app: 'source' })
  const { next } = await flow.call<Promoted>('promote_image', { from_app: 'source', apps })
  expect(next).toMatchObject([{ tool: 'rollback', arguments: { apps } }])
  expect(await flow.call('rollback', next[0]?.arguments ?? {})).toMatchObject({
    status: 'done',
    results: [
      { app: 'one', status: 'done', returned_to: 1, image },
      { app: 'two', status: 'done', returned_to: 1, image },
    ],
  })
})

test('of several that go back, one that cannot is told beside the others', async () => {
  const flow = await openShipped('one', 'two')
  await flow.call('promote_image', { image, apps: ['one', 'two'] })
  changeCommit(flow.world)
  await flow.call('ship', { app: 'source' })
  await flow.call('promote_image', { from_app: 'source', apps: ['one'] })
  expect(await flow.call('rollback', { apps: ['one', 'two'] })).toMatchObject({
    status: 'partly_done',
    results: [
      { app: 'one', status: 'done' },
      { app: 'two', status: 'failed', code: 'release_not_found' },
    ],
  })
  expect(await flow.fail('rollback', { apps: ['two'] })).toMatchObject({
    code: 'release_not_found',
  })
  for (const args of [{}, { app: 'one', apps: ['two'] }, { apps: ['one'], to: 1 }])
    expect(await flow.fail('rollback', args)).toMatchObject({ code: 'invalid_input' })
})

test('a plan says which app does not exist, and does not offer it', async () => {
  const flow = await openShipped('one')
  const plan = await flow.call<Promoted>('promote_image', {
    image,
    apps: ['one', 'nobody'],
    plan_only: true,
  })
  expect(plan.results[1]).toMatchObject({
    status: 'failed',
    code: 'app_not_found',
    reason: 'There is no app nobody that this login may see: it gets nothing before it is created.',
  })
  expect(plan.next).toMatchObject([
    { tool: 'create_app', arguments: { app: 'nobody' } },
    { tool: 'promote_image', arguments: { apps: ['one'] } },
  ])
})

test('flyctl is asked once of tomls that differ in the app’s name alone', async () => {
  let asked = 0
  const validateConfig = async () => {
    asked += 1
    return []
  }
  const flow = await openFlow({ flyctl: () => ({ validateConfig }) })
  const apps = ['one', 'two', 'other']
  for (const app of ['source', ...apps]) await flow.call('create_app', { app })
  await flow.call('build_image', { app: 'source' })
  await flow.call('push_image', { image })
  await flow.write('fly-other.toml', "app = 'other'\n[env]\nCOLOUR = 'red'\n")
  await flow.call('promote_image', { image, apps })
  expect(asked).toBe(2)
})

test('what runs it already is passed over', async () => {
  const flow = await openShipped('one')
  await flow.call('promote_image', { image, apps: ['one'] })
  flow.world.done.length = 0
  const again = await flow.call<Promoted>('promote_image', { image, apps: ['one'] })
  expect(statuses(again)).toEqual({ one: 'skipped' })
  expect(flow.world.done).toEqual([])
})

test('a plan names the secrets that an app lacks, and changes nothing', async () => {
  const flow = await openShipped('one')
  await flow.call('set_secrets', { app: 'source', names: ['PASSWORD'], from: 'env', stage: true })
  flow.world.done.length = 0
  const plan = { from_app: 'source', apps: ['one'], plan_only: true, details: true }
  expect(await flow.call('promote_image', plan)).toMatchObject({
    image,
    results: [
      {
        app: 'one',
        status: 'planned',
        names_missing: ['COLOUR', 'PASSWORD'],
        toml: expect.stringContaining('app = "one"'),
        command: expect.stringContaining('--config fly-one.toml'),
        settings: settingsWith('internal_port 8080 (the settings of source)'),
      },
    ],
  })
  expect(flow.world.done).toEqual([])
})

test('a failure ends it after its wave, and what is left goes on with next', async () => {
  const flow = await openShipped('one', 'three')
  const part = await flow.call<Promoted>('promote_image', {
    image,
    apps: ['one', 'missing', 'three'],
    wave_size: 1,
  })
  expect(part.status).toBe('partly_done')
  expect(statuses(part)).toEqual({ one: 'deployed', missing: 'failed', three: 'not_started' })
  expect(part.results[1]).toMatchObject({ code: 'app_not_found' })
  await flow.call('create_app', { app: 'missing' })
  const rest = await flow.call<Promoted>('promote_image', { ...part.next[0]?.arguments })
  expect(statuses(rest)).toEqual({ missing: 'deployed', three: 'deployed' })
})

test('where no app takes it, that is an error', async () => {
  const flow = await openShipped('one')
  flow.world.rollOuts.push(failedChecks)
  flow.world.answer = { status: 500 }
  const { code, message } = await flow.fail('promote_image', { image, apps: ['one'] })
  expect(code).toBe('unhealthy')
  expect(message).toContain('was deployed to none of the apps. one ')
})

test('an app that does not exist is said once, with the calls that make it and promote again', async () => {
  const flow = await openShipped()
  const call = { image, apps: ['nobody'] }
  const error = await flow.fail('promote_image', call)
  expect(error).toMatchObject({
    code: 'app_not_found',
    message: 'Nothing was deployed: there is no app nobody that this login may see.',
    live: undefined,
    next: [
      { tool: 'create_app', arguments: { app: 'nobody' } },
      { tool: 'promote_image', arguments: call },
    ],
  })
  for (const { tool, arguments: args } of error.next) await flow.call(tool, args)
  expect(flow.world.done).toEqual(['create nobody', `deploy ${image} to nobody`])
})

test('what replaced a release is undone by a call, and a first release by none', async () => {
  const flow = await openShipped('one')
  await flow.call('promote_image', { image, apps: ['one'] })
  changeCommit(flow.world)
  await flow.call('ship', { app: 'source' })
  await flow.call('create_app', { app: 'two' })
  const { next } = await flow.call<Promoted>('promote_image', {
    from_app: 'source',
    apps: ['one', 'two'],
  })
  expect(next).toMatchObject([{ tool: 'rollback', arguments: { app: 'one', to: 1 } }])
})

test('an app of another organization cannot have it', async () => {
  const flow = await openShipped('one')
  const one = flow.world.apps.get('one')
  if (one !== undefined) flow.world.apps.set('one', { ...one, org: 'acme' })
  expect(await flow.fail('promote_image', { image, apps: ['one'] })).toMatchObject({
    code: 'other_organization',
    next: [{ tool: 'build_image', arguments: { app: 'one' } }],
  })
})

test('an image that the registry does not have is not promoted', async () => {
  const flow = await openShipped('one')
  const other = image.replace('1a2b3c4', '0000000')
  expect(await flow.fail('promote_image', { image: other, apps: ['one'] })).toMatchObject({
    code: 'image_not_found',
  })
})
