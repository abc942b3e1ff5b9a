import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import type { ShownSteps } from '../../support/steps.js'

interface Shipped {
  readonly steps: ShownSteps
}

const image = 'registry.fly.io/hello:1a2b3c4'

/** One that was shipped, and has a spare. */
async function openWithSpare(): Promise<Flow> {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  await flow.call('ship', { app: 'hello', machines: 2 })
  flow.world.done.length = 0
  return flow
}

test('a spare goes where one machine is asked for, shown before, and nothing is deployed', async () => {
  const flow = await openWithSpare()
  const plan = await flow.call<Shipped>('ship', { app: 'hello', machines: 1, plan_only: true })
  expect(plan).toMatchObject({
    plan: {
      machines: { created: 0, replaced: 0, destroyed: 1 },
      dollars_a_month: { before: 3.88, running: 5.69 },
    },
  })
  expect(plan.steps.deploy).toBe('planned')
  expect(await flow.call('ship', { app: 'hello', machines: 1 })).toMatchObject({
    verdict: 'healthy',
    release: 1,
    steps: { deploy: expect.stringMatching(/^done .*: only the number of machines changes$/) },
  })
  expect(flow.world.done).toEqual(['scale app of hello to 1'])
  expect(flow.world.apps.get('hello')?.machines).toHaveLength(1)
})

test('with as many machines as are asked for nothing is done', async () => {
  const flow = await openWithSpare()
  await flow.call('ship', { app: 'hello', machines: 2 })
  expect(flow.world.done).toEqual([])
})

test('with other settings they are deployed first', async () => {
  const flow = await openWithSpare()
  await flow.call('ship', { app: 'hello', machines: 3, memory: '512mb' })
  expect(flow.world.done).toEqual([`deploy ${image} to hello`, 'scale app of hello to 3'])
})

test('deploy_image does it too', async () => {
  const flow = await openWithSpare()
  await flow.call('deploy_image', { app: 'hello', image, machines: 2, env: { A: 'b' } })
  expect(flow.world.done).toEqual([`deploy ${image} to hello`, 'scale app of hello to 2'])
})

test.each([
  [
    'several groups',
    '[processes]\nweb = "a"\nworker = "b"\n',
    /several process groups: web, worker/,
  ],
  ['volumes', '[mounts]\nsource = "data"\ndestination = "/data"\n', /a volume of its own/],
  ['a name like a flag', '[processes]\n"-y" = "a"\n', /flyctl cannot be told of -y/],
])('where there are %s it is refused before anything is started', async (_name, toml, reason) => {
  const flow = await openFlow()
  await flow.write('fly.toml', `app = "hello"\n${toml}`)
  const error = await flow.fail('ship', { app: 'hello', machines: 2 })
  expect(error.code).toBe('invalid_input')
  expect(error.message).toMatch(reason)
  expect(flow.world.done).toEqual([])
})

test('a spare that nobody asked for is told, with the ship that takes it away', async () => {
  const flow = await openWithSpare()
  expect(await flow.call('ship', { app: 'hello', plan_only: true })).toMatchObject({
    next: [{ tool: 'ship', arguments: { app: 'hello', machines: 1 } }],
  })
})
