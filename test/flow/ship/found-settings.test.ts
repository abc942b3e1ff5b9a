import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Container, Docker } from '../../../src/docker/docker.js'
import { type Flow, type Overrides, openFlow } from '../../support/clients/open-flow.js'
import { settingsWith } from '../../support/settings.js'
import { type ShownSteps, statusesOf, stepsThat } from '../../support/steps.js'

interface Shipped {
  readonly steps: ShownSteps
  readonly plan: { readonly found_by_test?: readonly string[] }
}

/** A container that differs so from the one of the world. */
function running(changes: Partial<Container>): Overrides {
  const startContainer = (docker: Docker): Docker['startContainer'] => {
    return async (request) => ({ ...(await docker.startContainer(request)), ...changes })
  }
  return { docker: (docker) => ({ startContainer: startContainer(docker) }) }
}

const onPort3000 = running({ look: async () => ({ listening: ['0.0.0.0:3000'] }) })

function tomlOf({ root }: Flow): Promise<string> {
  return readFile(join(root, 'fly-hello.toml'), 'utf8')
}

test('without a toml the port and the path are those that the test found, in one ship', async () => {
  const flow = await openFlow(onPort3000)
  const plan = await flow.call<Shipped>('ship', { app: 'hello', plan_only: true })
  expect(plan.plan.found_by_test).toEqual(['internal_port', 'health_path', 'memory'])
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({ verdict: 'healthy' })
  expect(await tomlOf(flow)).toMatch(/internal_port = 3000[\s\S]*path = ["']\/["']/)

  const again = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(statusesOf(again.steps)).toEqual(Array(5).fill('skipped'))
})

test('an app that is alive and has no path for a check gets none', async () => {
  const flow = await openFlow(onPort3000)
  flow.world.answer = { status: 404 }
  flow.world.rollOuts.push({ machine: { checkPath: undefined } })
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({
    verdict: 'healthy',
    warnings: [{ code: 'no_health_path' }],
  })
  expect(await tomlOf(flow)).not.toContain('checks')
  const again = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(statusesOf(again.steps)).toEqual(Array(5).fill('skipped'))
})

test('what was found is known to the ship that goes on', async () => {
  let isFull = true
  const { docker = () => ({}) } = onPort3000
  const flow = await openFlow({
    docker: (whole) => ({
      ...docker(whole),
      push: async (...args) =>
        isFull ? { kind: 'refused', text: 'received 500' } : whole.push(...args),
    }),
  })
  expect(await flow.fail('ship', { app: 'hello' })).toMatchObject({ code: 'push_refused' })
  isFull = false
  const shipped = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(stepsThat('skipped', shipped.steps)).toContain('test')
  expect(await tomlOf(flow)).toContain('internal_port = 3000')
})

test('what the caller says is not found out', async () => {
  const flow = await openFlow()
  const given = { app: 'hello', internal_port: 8080, health_path: '/ready' }
  const plan = await flow.call<Shipped>('ship', { ...given, plan_only: true })
  expect(plan.plan.found_by_test).toEqual(['memory'])
  await flow.call('ship', given)
  expect(await tomlOf(flow)).toMatch(/internal_port = 8080[\s\S]*\/ready/)
})

test('a toml that names another port than the app’s is told, with the ship that repairs it', async () => {
  const flow = await openFlow(onPort3000)
  await flow.write('fly.toml', "app = 'hello'\n[http_service]\ninternal_port = 8080\n")
  const error = await flow.fail('ship', { app: 'hello' })
  expect(error).toMatchObject({ code: 'test_failed', diagnosis: 'not_listening' })
  expect(error.message).toContain('listens on port 3000, not on 8080, as the toml says')
  expect(error.next).toMatchObject([
    { tool: 'ship', arguments: { app: 'hello', internal_port: 3000 } },
  ])
  const [repair] = error.next
  expect(await flow.call('ship', { ...repair?.arguments })).toMatchObject({ verdict: 'healthy' })
})

test('secrets that it misses are set, and then tested and deployed with', async () => {
  const given: Record<string, string>[] = []
  const flow = await openFlow({
    env: { DATABASE_URL: 'postgres://hush' },
    docker: (docker) => ({
      async startContainer(request) {
        given.push({ ...request.secrets })
        const container = await docker.startContainer(request)
        if (request.secrets.DATABASE_URL !== undefined) return container
        return {
          ...container,
          ended: async () => {},
          log: async () => "KeyError: 'DATABASE_URL'",
        }
      },
    }),
  })
  const error = await flow.fail('ship', { app: 'hello' })
  expect(error).toMatchObject({ code: 'test_failed', diagnosis: 'missing_variable' })
  const [set, ship] = error.next
  expect(set).toMatchObject({ tool: 'set_secrets', arguments: { names: ['DATABASE_URL'] } })
  expect(ship).toMatchObject({ tool: 'ship', arguments: { required_secrets: ['DATABASE_URL'] } })
  await flow.call('set_secrets', { ...set?.arguments })
  expect(await flow.call('ship', { ...ship?.arguments })).toMatchObject({ verdict: 'healthy' })
  expect(given).toEqual([{}, { DATABASE_URL: 'postgres://hush' }])
})

test('a worker is tested by its staying up', async () => {
  const flow = await openFlow(running({ look: async () => ({ listening: [] }) }))
  await flow.write('fly.toml', "app = 'hello'\n[processes]\nwork = 'work --all'\n")
  const shipped = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(stepsThat('done', shipped.steps)).toContain('test')
  expect(shipped).not.toHaveProperty('probe')
})

test('without a toml it gets the memory that the test found enough, and what it costs is told', async () => {
  const flow = await openFlow(
    running({ look: async () => ({ listening: ['0.0.0.0:8080'], memoryPeakBytes: 60 * 2 ** 20 }) }),
  )
  const shipped = await flow.call<Shipped>('ship', { app: 'hello' })
  expect(await tomlOf(flow)).toContain('memory = "256mb"')
  expect(shipped).toMatchObject({
    settings: settingsWith('memory 256mb (measured)', 'region ewr (defaults)'),
    dollars_a_month: { running: 1.94, at_rest: 0 },
    first_visitor_waits_ms: expect.any(Number),
    config_path: 'fly-hello.toml',
  })
  expect(shipped).not.toHaveProperty('cheaper')
})

test('what an author has sized larger than needed stays, and the cheaper way is told', async () => {
  const flow = await openFlow(
    running({ look: async () => ({ listening: ['0.0.0.0:8080'], memoryPeakBytes: 60 * 2 ** 20 }) }),
  )
  const service = '[http_service]\ninternal_port = 8080\nauto_stop_machines = "stop"\n'
  await flow.write('fly.toml', `app = "hello"\n${service}[[vm]]\nmemory = "1gb"\n`)
  expect(await flow.call('ship', { app: 'hello' })).toMatchObject({
    settings: settingsWith('memory 1024mb (fly.toml)'),
    cheaper: { settings: { memory: '256mb' }, running: 1.94 },
  })
})
