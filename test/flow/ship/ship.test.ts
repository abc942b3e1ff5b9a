import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit, failedChecks } from '../../support/clients/world.js'
import { ended } from '../../support/machines.js'
import { type ShownSteps, stepsThat } from '../../support/steps.js'

interface Shipped {
  readonly plan_id: string
  readonly steps: ShownSteps
  readonly warnings: readonly object[]
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

const image = 'registry.fly.io/hello:1a2b3c4'
const allSteps = ['build', 'create_app', 'test', 'push', 'deploy']

async function ship(flow: Flow, more: object = {}): Promise<Shipped> {
  return flow.call<Shipped>('ship', { app: 'hello', ...more })
}

/** The steps that were done, skipped or would be done. */
function stepsOf({ steps }: Shipped, status: string): readonly string[] {
  return stepsThat(status, steps)
}

/** One that was shipped. */
async function openShipped(overrides: Overrides = {}): Promise<Flow> {
  const flow = await openFlow(overrides)
  await ship(flow)
  flow.world.done.length = 0
  return flow
}

test('a commit goes all the way, each step once', async () => {
  const flow = await openFlow()
  const shipped = await ship(flow)
  expect(shipped).toMatchObject({ verdict: 'healthy', release: 1, image })
  expect(JSON.stringify(shipped).length).toBeLessThan(1_500)
  expect(stepsOf(shipped, 'done')).toEqual(allSteps)
  expect(flow.world.done.toSorted()).toEqual(
    [
      'create hello',
      `build ${image}`,
      `test ${image}`,
      `push ${image}`,
      `deploy ${image} to hello`,
    ].toSorted(),
  )
})

test('a plan changes nothing, and is then done exactly', async () => {
  const flow = await openFlow()
  const plan = await ship(flow, { plan_only: true })
  expect(stepsOf(plan, 'planned')).toEqual(allSteps)
  expect(plan).toMatchObject({
    plan: {
      machines: { created: 1, replaced: 0 },
      dollars_a_month: { before: 0, running: 5.69, at_rest: 0 },
    },
  })
  expect(flow.world.done).toEqual([])
  const call = plan.next[0]?.arguments ?? {}
  expect(await ship(flow, call)).toMatchObject({ verdict: 'healthy' })
  expect(await flow.fail('ship', call)).toMatchObject({
    code: 'plan_stale',
    next: [{ tool: 'ship' }],
  })
})

test('a plan of another commit tells which one runs until then', async () => {
  const flow = await openShipped()
  expect(await ship(flow, { plan_only: true })).not.toHaveProperty('plan.runs_now')
  changeCommit(flow.world)
  const plan = await ship(flow, { plan_only: true })
  expect(plan).toMatchObject({ plan: { runs_now: [image.split(':')[1]] } })
})

test('uncommitted changes are told by the plan, by the deed and where nothing is to be done', async () => {
  const flow = await openFlow()
  flow.world.source = { ...flow.world.source, dirtyPaths: ['a.txt'], dirtyDigest: '0a0b0c0d' }
  const told = {
    dirty: true,
    warnings: [
      {
        code: 'dirty_context',
        cosmetic: false,
        text: 'Uncommitted in the context: a.txt.',
      },
    ],
  }
  expect(await ship(flow, { plan_only: true })).toMatchObject(told)
  const shipped = await ship(flow)
  expect(shipped).toMatchObject({ image: `${image}-dirty-0a0b0c0d`, dirty: true })
  expect(shipped.warnings).toContainEqual(told.warnings[0])
  expect(await ship(flow)).toMatchObject(told)
})

test('what is shipped already is not done again', async () => {
  const flow = await openShipped()
  const again = await ship(flow)
  expect(stepsOf(again, 'skipped')).toEqual(allSteps)
  expect(again).toMatchObject({ verdict: 'healthy', release: 1 })
  expect(stepsOf(await ship(flow, { plan_only: true }), 'planned')).toEqual([])
  expect(flow.world.done).toEqual([])
})

test.each([
  ['only ended once before: it is not deployed again', ended(1), 'degraded', /^skipped$/],
  [
    'is down: it is deployed once more',
    { state: 'stopped', ...ended(1, 3) },
    'healthy',
    /^done .*: it runs already/,
  ],
])('what is shipped already and %s', async (_name, machine, verdict, step) => {
  const flow = await openShipped()
  const known = flow.world.apps.get('hello')
  if (known === undefined) throw new Error('it was not shipped')
  const machines = known.machines.map((each) => ({ ...each, ...machine }))
  flow.world.apps.set('hello', { ...known, machines })
  const again = await ship(flow)
  expect(again).toMatchObject({ verdict })
  expect(again.steps.deploy).toMatch(step)
})

test('another setting is another deploy, and nothing else', async () => {
  const flow = await openShipped()
  const shipped = await ship(flow, { interval: '15s' })
  expect(stepsOf(shipped, 'done')).toEqual(['deploy'])
  expect(shipped.next).toMatchObject([{ tool: 'rollback', arguments: { app: 'hello', to: 1 } }])
})

test('another commit is built, tested, pushed and deployed for the app that is there', async () => {
  const flow = await openShipped()
  changeCommit(flow.world)
  const shipped = await ship(flow)
  expect(stepsOf(shipped, 'done')).toEqual(['build', 'test', 'push', 'deploy'])
})

test('where it broke it goes on', async () => {
  let isFull = true
  const flow = await openFlow({
    docker: (docker) => ({
      push: async (...args) =>
        isFull ? { kind: 'refused', text: 'received 500' } : docker.push(...args),
    }),
  })
  const error = await flow.fail('ship', { app: 'hello' })
  expect(error).toMatchObject({ code: 'push_refused', stage: 'push' })
  expect(error.next).toContainEqual(expect.objectContaining({ tool: 'ship' }))
  isFull = false
  expect(stepsOf(await ship(flow), 'done')).toEqual(['push', 'deploy'])
})

test('an image that does not pass its test goes nowhere', async () => {
  const flow = await openFlow()
  flow.world.answer = { status: 500 }
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({
    code: 'test_failed',
    stage: 'test',
  })
  expect(flow.world.registry.size).toBe(0)
  expect(flow.world.done).not.toContain(`push ${image}`)
})

test('a name that is taken ends the build beside it', async () => {
  const flow = await openFlow({
    flyctl: () => ({
      createApp: () => Promise.reject(new FlyopsError('name_taken', 'create_app', 'Taken.')),
    }),
    docker: () => ({
      build: (_request, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          const cancel = () => reject(new FlyopsError('cancelled', 'build', 'Cancelled.'))
          if (signal?.aborted) cancel()
          else signal?.addEventListener('abort', cancel)
        }),
    }),
  })
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({ code: 'name_taken' })
})

test('a release that does not work is returned from, where the caller says so', async () => {
  const flow = await openShipped()
  changeCommit(flow.world)
  flow.world.rollOuts.push(failedChecks)
  const failure = await flow.fail('ship', {
    app: 'hello',
    skip_test: true,
    rollback_on_failure: true,
  })
  expect(failure).toMatchObject({ code: 'unhealthy', stage: 'deploy' })
  expect(failure.message).toContain(`Rolled back: hello runs ${image} of release 1 again`)
  expect(flow.world.done.at(-1)).toBe(`deploy ${image} to hello`)
})

test('the toml stands in the project folder, as it was deployed', async () => {
  const flow = await openFlow()
  await flow.write('fly.toml', "app = 'x'\n[env]\nCOLOUR = 'blue'\n")
  await ship(flow)
  const toml = await readFile(join(flow.root, 'fly-hello.toml'), 'utf8')
  expect(toml).toMatch(/app = ['"]hello['"]/)
  expect(toml).toMatch(/COLOUR = ['"]blue['"]/)
})

test('after an image that ends without a word another commit is due; after a cancelled one the same ship', async () => {
  const ending = await openFlow({
    docker: (docker) => ({
      async startContainer(request) {
        const container = await docker.startContainer(request)
        return { ...container, ended: async () => {}, log: async () => '' }
      },
    }),
  })
  const failed = await ending.fail('ship', { app: 'hello' })
  expect(failed).toMatchObject({ code: 'test_failed', next: [] })
  expect(failed.remedy).toContain('It logged nothing: correct its command')
  expect(failed.remedy).toContain('Repair it, commit, and ship again.')
  const cancelled = await openFlow({
    docker: () => ({
      build: async () => {
        throw new FlyopsError('cancelled', 'build', 'Stopped.', { retry: 'no' })
      },
    }),
  })
  const stopped = await cancelled.fail('ship', { app: 'hello' })
  expect(stopped.remedy).toContain('The same ship goes on from here.')
})
