import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { failedChecks } from '../../support/clients/world.js'

interface Shipped {
  readonly plan_id: string
  readonly results: readonly {
    readonly app: string
    readonly status: string
    readonly steps?: readonly string[]
  }[]
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

const apps = { 'shop-web': { context: 'web' }, 'shop-api': { context: 'api' } }
const allSteps = ['build', 'create_app', 'test', 'push', 'deploy']

interface Monorepo extends Flow {
  /** Commits a change of that folder alone. */
  commit(folder: string): void
}

/** A repository of two apps. */
async function openMonorepo(): Promise<Monorepo> {
  const changes: string[] = []
  const flow = await openFlow({
    git: {
      describe: async ({ context }) => {
        const own = changes.filter((folder) => folder === basename(context)).length
        return { ...flow.world.source, contentDigest: `${basename(context)} ${own}` }
      },
    },
  })
  await flow.write('web/Dockerfile', 'FROM scratch\n')
  await flow.write('api/Dockerfile', 'FROM scratch\n')
  function commit(folder: string): void {
    changes.push(folder)
    const { source } = flow.world
    const shortCommit = `${changes.length + 1}${source.shortCommit.slice(1)}`
    flow.world.source = {
      ...source,
      shortCommit,
      commit: `${shortCommit}${source.commit.slice(7)}`,
    }
  }
  return { ...flow, commit }
}

function statusesOf({ results }: Shipped): object {
  return Object.fromEntries(results.map(({ app, status }) => [app, status]))
}

test('several apps of one commit are planned in one call and shipped by the next', async () => {
  const flow = await openMonorepo()
  const plan = await flow.call<Shipped>('ship', { apps, plan_only: true })
  expect(statusesOf(plan)).toEqual({ 'shop-web': 'planned', 'shop-api': 'planned' })
  expect(plan.results[0]).toMatchObject({
    steps: allSteps,
    plan: { machines: { created: 1, replaced: 0 }, dollars_a_month: { running: 5.69 } },
  })
  expect(flow.world.done).toEqual([])
  const shipped = await flow.call<Shipped>('ship', plan.next[0]?.arguments ?? {})
  expect(shipped.results).toMatchObject([
    { app: 'shop-web', status: 'shipped', release: 1, verdict: 'healthy', steps: allSteps },
    { app: 'shop-api', status: 'shipped', release: 1, verdict: 'healthy' },
  ])
  expect(shipped).toMatchObject({ status: 'done', commit: flow.world.source.commit })
})

test('those that the commit does not change are left as they are', async () => {
  const flow = await openMonorepo()
  await flow.call('ship', { apps })
  flow.commit('api')
  flow.world.done.length = 0
  const plan = await flow.call<Shipped>('ship', { apps, plan_only: true })
  expect(plan.results).toMatchObject([
    { app: 'shop-web', status: 'unchanged' },
    { app: 'shop-api', steps: ['build', 'test', 'push', 'deploy'] },
  ])
  const shipped = await flow.call<Shipped>('ship', { apps })
  expect(statusesOf(shipped)).toEqual({ 'shop-web': 'unchanged', 'shop-api': 'shipped' })
  expect(flow.world.done.filter((each) => each.includes('shop-web'))).toEqual([])
  expect(shipped.next).toMatchObject([{ tool: 'rollback', arguments: { app: 'shop-api', to: 1 } }])
})

test('a plan of several holds for all of them', async () => {
  const flow = await openMonorepo()
  const plan = await flow.call<Shipped>('ship', { apps, plan_only: true })
  flow.commit('api')
  expect(await flow.fail('ship', { apps, plan_id: plan.plan_id })).toMatchObject({
    code: 'plan_stale',
    next: [{ tool: 'ship', arguments: { apps, plan_only: true } }],
  })
})

test('what one of them lacks is told before anything of the others is done', async () => {
  const flow = await openMonorepo()
  const error = await flow.fail('ship', { apps: { ...apps, 'shop-jobs': { context: 'jobs' } } })
  expect(error.message).toMatch(/jobs/)
  expect(flow.world.done).toEqual([])
})

test('a failure ends it, and next goes on with what is left', async () => {
  const flow = await openMonorepo()
  flow.world.rollOuts.push({}, failedChecks)
  const all = { ...apps, 'shop-jobs': { context: 'api' } }
  const part = await flow.call<Shipped>('ship', { apps: all })
  expect(part).toMatchObject({ status: 'partly_done' })
  expect(statusesOf(part)).toEqual({
    'shop-web': 'shipped',
    'shop-api': 'failed',
    'shop-jobs': 'not_started',
  })
  const rest = await flow.call<Shipped>('ship', part.next.at(-1)?.arguments ?? {})
  expect(statusesOf(rest)).toEqual({ 'shop-api': 'shipped', 'shop-jobs': 'shipped' })
})

test('where the first one fails, that is the error', async () => {
  const flow = await openMonorepo()
  flow.world.rollOuts.push(failedChecks)
  const error = await flow.fail('ship', { apps })
  expect(error).toMatchObject({ code: 'unhealthy' })
  expect(error.message).toMatch(/^shop-web /)
})

test('where no app is named, the one of the author’s toml is offered', async () => {
  const flow = await openMonorepo()
  await flow.write('fly.toml', "app = 'shop'\n")
  expect(await flow.fail('ship', { skip_test: true })).toMatchObject({
    code: 'invalid_input',
    next: [{ tool: 'ship', arguments: { app: 'shop', skip_test: true } }],
  })
  await flow.write('fly.toml', "app = 'Not a name!'\n")
  expect((await flow.fail('ship', {})).next).toEqual([])
})

test('it takes one app, or several', async () => {
  const flow = await openMonorepo()
  for (const args of [{}, { app: 'hello', apps }])
    expect(await flow.fail('ship', args)).toMatchObject({
      code: 'invalid_input',
      message: 'app: give either it or `apps`.',
    })
  expect(await flow.fail('ship', { apps: { 'Shop!': {} } })).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('apps.Shop!'),
  })
})
