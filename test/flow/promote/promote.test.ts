import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit, failedChecks } from '../../support/clients/world.js'

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

test('the same digest goes to each app, with the settings of the source', async () => {
  const flow = await openShipped('one', 'two')
  const promoted = await flow.call<Promoted>('promote_image', { image, apps: ['one', 'two'] })
  expect(promoted).toMatchObject({ status: 'done', next: [] })
  expect(statuses(promoted)).toEqual({ one: 'deployed', two: 'deployed' })
  expect(flow.world.done).toEqual([`deploy ${image} to one`, `deploy ${image} to two`])
  expect(await readFile(join(flow.root, 'fly-one.toml'), 'utf8')).toContain('COLOUR = "blue"')
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
  const plan = { from_app: 'source', apps: ['one'], plan_only: true }
  expect(await flow.call('promote_image', plan)).toMatchObject({
    image,
    results: [
      {
        app: 'one',
        status: 'planned',
        names_missing: ['PASSWORD'],
        toml: expect.stringContaining('app = "one"'),
        command: expect.stringContaining('--config fly-one.toml'),
        settings: expect.arrayContaining(['env COLOUR (an earlier call)']),
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
