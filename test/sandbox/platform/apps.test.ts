import { expect, test } from 'vitest'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'

const wanted = { organization: 'personal', network: '', port: 4000 }

function platformWith(...names: readonly string[]) {
  const platform = createPlatform({ clock: createTestClock() })
  for (const name of names) platform.apps.create({ ...wanted, name })
  return platform
}

test('a name that is in use is taken, with the reason that flyctl looks for', () => {
  const { apps } = platformWith('hello')
  expect(() => apps.create({ ...wanted, name: 'hello' })).toThrow(
    expect.objectContaining({
      httpStatus: 422,
      message: 'Validation failed: Name has already been taken',
      reason: 'name_taken',
    }),
  )
})

test('names that end in -taken belong to somebody else', () => {
  const { apps } = platformWith()
  expect(() => apps.create({ ...wanted, name: 'shop-taken' })).toThrow('already been taken')
  expect(() => apps.get('shop-taken')).toThrow('Could not find App "shop-taken"')
})

test.each(['Bad_Name', '-dash', 'dash-', 'x'.repeat(64), ''])('refuses the name "%s"', (name) => {
  const { apps } = platformWith()
  expect(() => apps.create({ ...wanted, name })).toThrow('Validation failed: Name')
})

test('an organization that does not exist cannot own an app', () => {
  const { apps } = platformWith()
  const app = { ...wanted, name: 'hello', organization: 'nosuch' }
  expect(() => apps.create(app)).toThrow('organization not found')
})

test('a removed app takes its releases and secrets along', () => {
  const platform = platformWith('hello', 'other')
  const release = { imageRef: 'r/hello:1', strategy: 'ROLLING', definition: {} }
  platform.releases.create({ ...release, app: 'hello' })
  platform.releases.create({ ...release, app: 'other' })
  platform.secrets.update('hello', { KEY: 'value' })
  platform.apps.remove('hello')
  platform.apps.create({ ...wanted, name: 'hello' })
  expect(platform.releases.list('hello')).toEqual([])
  expect(platform.secrets.list('hello')).toEqual([])
  expect(platform.releases.list('other')).toHaveLength(1)
})

test('releases count up from one, newest first', () => {
  const { releases } = platformWith('hello')
  const release = { app: 'hello', imageRef: 'r/hello:1', strategy: 'ROLLING', definition: {} }
  for (let n = 0; n < 3; n += 1) releases.create(release)
  expect(releases.list('hello').map(({ version }) => version)).toEqual([3, 2, 1])
  expect(releases.current('hello')?.version).toBe(3)
})

test('a snapshot brings everything back', () => {
  const before = platformWith('hello')
  before.secrets.update('hello', { KEY: 'value', GONE: 'x' })
  before.secrets.update('hello', { GONE: null })
  const saved = JSON.parse(JSON.stringify(before.snapshot()))
  const after = createPlatform({ clock: createTestClock(), saved })
  expect(after.apps.get('hello')).toEqual(before.apps.get('hello'))
  expect(after.secrets.environment('hello')).toEqual({ KEY: 'value' })
  expect(after.snapshot()).toEqual(before.snapshot())
})
