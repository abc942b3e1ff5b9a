import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'

const app = 'hello'
const first = 'registry.fly.io/hello:1a2b3c4'
const second = 'registry.fly.io/hello:9a2b3c4'

/** Two commits, shipped one after the other, the second in another region. */
async function openShippedTwice(): Promise<Flow> {
  const flow = await openFlow()
  await flow.call('ship', { app })
  changeCommit(flow.world)
  await flow.call('ship', { app, region: 'ams' })
  flow.world.done.length = 0
  return flow
}

test('the release before returns, with its image and its settings, and can be undone', async () => {
  const flow = await openShippedTwice()
  expect(await flow.call('rollback', { app })).toMatchObject({
    returned_to: 1,
    release: 3,
    image: first,
    verdict: 'healthy',
    warnings: [],
    next: [{ tool: 'check_health' }, { tool: 'rollback', arguments: { app, to: 2 } }],
  })
  expect(flow.world.done).toEqual([`deploy ${first} to hello`])
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).not.toContain('"ams"')
})

test('and forward again by its number', async () => {
  const flow = await openShippedTwice()
  await flow.call('rollback', { app })
  expect(await flow.call('rollback', { app, to: 2 })).toMatchObject({ release: 4, image: second })
  expect(await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')).toContain('"ams"')
})

test('a tag that moved meanwhile is passed by: the digest returns', async () => {
  const flow = await openShippedTwice()
  const { registry } = flow.world
  const digest = registry.get(first)?.digest
  const other = registry.get(second)
  if (other !== undefined) registry.set(first, other)
  expect(await flow.call('rollback', { app })).toMatchObject({
    image: `registry.fly.io/hello@${digest}`,
    digest,
  })
})

test('an image that is gone is said before anything is deployed', async () => {
  const flow = await openShippedTwice()
  flow.world.registry.clear()
  expect(await flow.fail('rollback', { app })).toMatchObject({
    code: 'image_not_found',
    next: [{ tool: 'list_releases', arguments: { app } }],
  })
  expect(flow.world.done).toEqual([])
})

test('there is no way back from the first release, nor to one that never was', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app })
  expect(await flow.fail('rollback', { app })).toMatchObject({ code: 'release_not_found' })
  expect(await flow.fail('rollback', { app, to: 99 })).toMatchObject({ code: 'release_not_found' })
})
