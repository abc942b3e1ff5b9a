import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Shipped {
  readonly verdict: string
  readonly release: number
  readonly plan_id: string
  readonly steps: readonly { readonly step: string; readonly status: string }[]
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

const broken = `FROM busybox
CMD ["sh", "-c", "echo no database >&2; exit 1"]
`

/** The steps that were done, or would be. */
function stepsOf({ steps }: Shipped, status: string): readonly string[] {
  return steps.filter((each) => each.status === status).map(({ step }) => step)
}

describe.each(flyctls)('ship, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('takes a commit to a healthy app', () => {
    const app = uniqueName('ship')
    let project: Project
    let client: TestClient

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    async function imageOf(commit: string): Promise<string> {
      const host = env().FLY_REGISTRY_HOST ?? 'registry.fly.io'
      return `${host}/${app}:${await project.git('rev-parse', '--short', commit)}`
    }

    const ship = (more: object = {}) => client.call<Shipped>('ship', { app, ...more })

    test('by a plan that changes nothing, and that is then done exactly', async () => {
      const plan = await ship({ plan_only: true })
      expect(stepsOf(plan, 'planned')).toEqual(['build', 'create_app', 'test', 'push', 'deploy'])
      expect(plan).toMatchObject({
        plan: {
          machines: { created: 1, replaced: 0 },
          strategy: { name: 'rolling' },
          dollars_a_month: { before: 0, after: 5.69, after_least: 0, priced_on: '2026-08-07' },
        },
      })
      expect(await client.fail('list_releases', { app })).toMatchObject({ code: 'app_not_found' })

      const [next] = plan.next
      const shipped = await client.call<Shipped>('ship', { ...next?.arguments })
      expect(shipped).toMatchObject({ verdict: 'healthy', release: 1 })
      expect(stepsOf(shipped, 'skipped')).toEqual([])

      expect(await client.fail('ship', { ...next?.arguments })).toMatchObject({
        code: 'plan_stale',
      })
    })

    test('once: shipped again, nothing is built, pushed or released', async () => {
      const again = await ship()
      expect(again).toMatchObject({ verdict: 'healthy', release: 1 })
      expect(stepsOf(again, 'done')).toEqual([])
      expect(stepsOf(await ship({ plan_only: true }), 'planned')).toEqual([])
    })

    test('anew where a setting differs: only the deploy is made', async () => {
      const shipped = await ship({ interval: '15s' })
      expect(shipped).toMatchObject({ verdict: 'healthy', release: 2 })
      expect(stepsOf(shipped, 'done')).toEqual(['deploy'])
      expect(shipped.next).toContainEqual(
        expect.objectContaining({ tool: 'rollback', arguments: { app, to: 1 } }),
      )
    })

    test('in a result that stays small', async () => {
      expect(
        JSON.stringify(
          await client.client.callTool({ name: 'ship', arguments: { app, interval: '15s' } }),
        ).length,
      ).toBeLessThan(3000)
    })

    test('and an app that does not boot is refused before anything is pushed', async () => {
      await project.write('Dockerfile', broken)
      await project.git('commit', '--all', '--message', 'Break it')
      const error = await client.fail('ship', { app })
      expect(error).toMatchObject({ code: 'test_failed', stage: 'test' })
      const image = await imageOf('HEAD')
      expect(await client.fail('deploy_image', { app, image })).toMatchObject({
        code: 'image_not_found',
      })
    })

    test('without the test it gets there, fails, and the old version serves again', async () => {
      const error = await client.fail('ship', {
        app,
        skip_test: true,
        rollback_on_failure: true,
        wait_timeout: '30s',
      })
      expect(error).toMatchObject({ code: 'unhealthy' })
      expect(error.text).toContain('Rolled back')
      const expect_image = await imageOf('HEAD~1')
      expect(await client.call('check_health', { app, expect_image })).toMatchObject({
        verdict: 'healthy',
        release: 4,
      })
    })

    test('and back by hand', async () => {
      const back = await client.call<Shipped>('rollback', { app, to: 1 })
      expect(back).toMatchObject({ returned_to: 1, replaced: 4, release: 5, verdict: 'healthy' })
      expect(back.next?.map(({ tool }) => tool)).toEqual(['check_health'])
      expect(await client.fail('rollback', { app, to: 99 })).toMatchObject({
        code: 'release_not_found',
      })
    })
  })
})
