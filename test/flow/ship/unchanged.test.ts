import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit, changeElsewhere } from '../../support/clients/world.js'
import { type ShownSteps, statusesOf, stepsThat } from '../../support/steps.js'

interface Shipped {
  readonly steps: ShownSteps
}

const image = 'registry.fly.io/hello:1a2b3c4'

/** One that was shipped; the commit that follows changes nothing of what the builder gets. */
async function openUnchanged(): Promise<Flow> {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  flow.world.done.length = 0
  changeElsewhere(flow.world)
  return flow
}

test('a commit that changes nothing of the image is shipped already, and the plan says so', async () => {
  const flow = await openUnchanged()
  const plan = await flow.call<Shipped>('ship', { app: 'hello', plan_only: true })
  expect(plan).toMatchObject({ image, plan: { machines: { created: 0, replaced: 0 } } })
  expect(statusesOf(plan.steps)).toEqual(Array(5).fill('skipped'))
  expect(plan.steps.build).toBe(
    'skipped: unchanged since live: what the builder would get is the same as of commit 1a2b3c4',
  )
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({ image, verdict: 'healthy' })
  expect(flow.world.done).toEqual([])
})

test('with other settings the image that runs is deployed, and nothing is built', async () => {
  const flow = await openUnchanged()
  await flow.call('ship', { app: 'hello', memory: '512mb' })
  expect(flow.world.done).toEqual([`deploy ${image} to hello`])
})

test('settings that hold already are no change, whoever states them', async () => {
  const flow = await openUnchanged()
  const [stated] = (
    await flow.call<{ readonly plan: { readonly settings: string[] } }>('ship', {
      app: 'hello',
      plan_only: true,
    })
  ).plan.settings.filter((line) => line.includes('memory'))
  const [, memory] = /memory[ =:]+(\w+)/.exec(stated ?? '') ?? []
  const plan = await flow.call<Shipped>('ship', { app: 'hello', memory, plan_only: true })
  expect(memory).toMatch(/^\d+\w+$/)
  expect(statusesOf(plan.steps)).toEqual(Array(5).fill('skipped'))
  await flow.call('ship', { app: 'hello', memory })
  expect(flow.world.done).toEqual([])
})

test('so it is where nobody here remembers the build: the image itself says what it is made of', async () => {
  const flow = await openUnchanged()
  await rm(join(dirname(flow.root), 'state'), { recursive: true })
  const plan = await flow.call<Shipped>('ship', { app: 'hello', plan_only: true })
  expect(stepsThat('planned', plan.steps)).toEqual(['deploy'])
})

test.each([
  ['other files', (flow: Flow) => changeCommit(flow.world), {}],
  ['another argument', () => {}, { build_args: { CHANNEL: 'beta' } }],
  ['another Dockerfile', (flow: Flow) => flow.write('Dockerfile', 'FROM scratch\nUSER 1\n'), {}],
  ['a tag of its own', () => {}, { tag: 'v2' }],
  [
    'files that git does not know',
    ({ world }: Flow) => {
      world.source = { ...world.source, ignoredPaths: ['dist/'] }
    },
    {},
  ],
  [
    'a Dockerfile that asks git',
    (flow: Flow) => flow.write('Dockerfile', 'FROM scratch\nRUN git describe\n'),
    {},
  ],
])('with %s it is built', async (_name, change, more) => {
  const flow = await openUnchanged()
  await change(flow)
  const plan = await flow.call<Shipped>('ship', { app: 'hello', plan_only: true, ...more })
  expect(plan.steps.build).toBe('planned')
})

test('a commit that is named is the image that was built of it, with the files that git ignores or without', async () => {
  const flow = await openFlow()
  const { world } = flow
  const clean = world.source
  world.source = { ...clean, ignoredPaths: ['dist/'] }
  await flow.call('ship', { app: 'hello' })
  changeCommit(world)
  await flow.call('ship', { app: 'hello' })
  world.done.length = 0
  world.source = clean
  await flow.call('ship', { app: 'hello', ref: 'HEAD~1' })
  expect(world.done).toEqual(['check out HEAD~1', `deploy ${image} to hello`])
})

test('other content under the tag of the commit leads to what the registry has', async () => {
  const flow = await openFlow()
  const { world } = flow
  await flow.call('ship', { app: 'hello' })
  world.source = { ...world.source, ignoredPaths: ['dist/'] }
  const error = await flow.fail('ship', { app: 'hello', memory: '512mb' })
  expect(error).toMatchObject({
    code: 'tag_moved',
    next: [{ tool: 'deploy_image', arguments: { app: 'hello', image, memory: '512mb' } }],
  })
  expect(error.remedy).not.toContain('goes on from here')
})
