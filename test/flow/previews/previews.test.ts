import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openFlow } from '../../support/clients/open-flow.js'
import { digestB } from '../../support/machines.js'

interface Reaped {
  readonly previews: readonly { readonly app: string; readonly state: string }[]
}

const hourMs = 3_600_000
const begin = Date.parse('2026-01-31T10:00:00Z')
const preview = { app: 'hello-pr-7', ttl: '2h' }

beforeEach(() => {
  vi.useFakeTimers({ now: begin, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function later(hours: number): void {
  vi.setSystemTime(begin + hours * hourMs)
}

test('a ship with a ttl says until when its app is wanted, and so does the list of apps', async () => {
  const flow = await openFlow()
  const expiresAt = '2026-01-31T12:00:00.000Z'
  expect(await flow.call('ship', preview)).toMatchObject({ expires_at: expiresAt })
  await flow.call('ship', { app: 'hello' })
  const { apps } = await flow.call<{ apps: object[] }>('list_apps', {})
  expect(apps).toContainEqual(expect.objectContaining({ app: 'hello-pr-7', expires_at: expiresAt }))
  expect(apps.find((each) => 'expires_at' in each && Object(each).app === 'hello')).toBeUndefined()
})

test('what expired is shown, and destroyed where that is said', async () => {
  const flow = await openFlow()
  await flow.call('ship', preview)
  await flow.call('ship', { app: 'hello-pr-8', ttl: '3d' })
  await flow.call('ship', { app: 'hello' })
  later(3)
  const states = [
    { app: 'hello-pr-7', state: 'expired' },
    { app: 'hello-pr-8', state: 'wanted' },
  ]
  expect((await flow.call<Reaped>('reap_previews', {})).previews).toMatchObject(states)
  expect([...flow.world.apps.keys()]).toEqual(['hello-pr-7', 'hello-pr-8', 'hello'])
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { app: 'hello-pr-7', state: 'destroyed' },
    { app: 'hello-pr-8', state: 'wanted' },
  ])
  expect([...flow.world.apps.keys()]).toEqual(['hello-pr-8', 'hello'])
  expect((await flow.call<Reaped>('reap_previews', {})).previews).toHaveLength(1)
})

test('the same ship again keeps it longer, though there is nothing to be done', async () => {
  const flow = await openFlow()
  await flow.call('ship', preview)
  later(1)
  flow.world.done.length = 0
  await flow.call('ship', preview)
  expect(flow.world.done).toEqual([])
  later(2.5)
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { app: 'hello-pr-7', state: 'wanted' },
  ])
})

test('an app that was there before is none, and a plan says so', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  const error = await flow.fail('ship', { app: 'hello', ttl: '2h', plan_only: true })
  expect(error).toMatchObject({ code: 'invalid_input' })
  expect(error.message).toContain('no preview')
  expect((await flow.call<Reaped>('reap_previews', {})).previews).toEqual([])
})

test('one that flyops created, and that has nothing yet, can become one: its secrets may come first', async () => {
  const flow = await openFlow()
  await flow.call('create_app', { app: 'hello-pr-7' })
  expect(await flow.call('ship', preview)).toMatchObject({ verdict: 'healthy' })
  expect((await flow.call<Reaped>('reap_previews', {})).previews).toHaveLength(1)
})

test('one that runs what others deployed is spared', async () => {
  const flow = await openFlow()
  await flow.call('ship', preview)
  const app = flow.world.apps.get('hello-pr-7')
  if (app === undefined) throw new Error('it is not there')
  const machines = app.machines.map((machine) => ({ ...machine, imageDigest: digestB }))
  flow.world.apps.set('hello-pr-7', { ...app, machines })
  later(3)
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { state: 'spared', reason: expect.stringContaining('did not deploy') },
  ])
  expect(flow.world.apps.has('hello-pr-7')).toBe(true)
})

test('one that belongs to others now is spared', async () => {
  const flow = await openFlow()
  await flow.call('ship', preview)
  const app = flow.world.apps.get('hello-pr-7')
  if (app === undefined) throw new Error('it is not there')
  flow.world.apps.set('hello-pr-7', { ...app, org: 'others' })
  later(3)
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { state: 'spared', reason: expect.stringContaining('others') },
  ])
})

test('one that somebody destroyed by hand is gone, and then forgotten', async () => {
  const flow = await openFlow()
  await flow.call('ship', preview)
  flow.world.apps.delete('hello-pr-7')
  later(3)
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { state: 'gone' },
  ])
  expect((await flow.call<Reaped>('reap_previews', {})).previews).toEqual([])
})

test('one that stays is told, and keeps no other', async () => {
  const flow = await openFlow({
    flyctl: (flyctl) => ({
      destroyApp: async (app, options) => {
        if (app === 'hello-pr-8') await flyctl.destroyApp(app, options)
      },
    }),
  })
  await flow.call('ship', preview)
  await flow.call('ship', { ...preview, app: 'hello-pr-8' })
  later(3)
  expect((await flow.call<Reaped>('reap_previews', { apply: true })).previews).toMatchObject([
    { app: 'hello-pr-7', state: 'failed' },
    { app: 'hello-pr-8', state: 'destroyed' },
  ])
})
