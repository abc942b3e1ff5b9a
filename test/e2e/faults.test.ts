import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { checksWait } from './checks-wait.js'
import { addFault, clearFaults } from './fault.js'
import { flyctls, uniqueName } from './flyctls.js'
import { removeApp } from './remove-app.js'
import { useOwnSandbox } from './test-sandbox.js'

useOwnSandbox()

describe.each(flyctls)('when Fly has faults, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('flyops gets through, or says what is wrong', () => {
    const app = uniqueName('faults')
    let project: Project
    let client: TestClient
    let image: string

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
      await client.call('create_app', { app })
      image = (await client.call<{ image: string }>('build_image', { app })).image
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    describe('everywhere', () => {
      afterEach(() => clearFaults())

      test('a registry that refuses the login gets a new one', async () => {
        await addFault('registry', 'status', '--status', '401', '--times', '2')
        expect(await client.call('push_image', { image })).toMatchObject({
          auth: 'renewed',
          verified: true,
        })
      })

      test('a registry that fails says so, and once more is enough', async () => {
        await addFault('registry', 'status', '--status', '500', '--times', '1')
        expect(await client.fail('push_image', { image })).toMatchObject({
          code: 'push_refused',
          retry: 'once',
        })
        expect(await client.call('push_image', { image })).toMatchObject({ verified: true })
      })

      test('a token that the API refuses', async () => {
        await addFault('api', 'status', '--status', '401')
        expect(await client.fail('list_releases', { app })).toMatchObject({
          code: 'not_authenticated',
        })
      })

      test('a lease that somebody else holds for a few seconds only delays the next deploy', async () => {
        await client.call('deploy_image', { app, image })
        await addFault('api', 'lease', '--seconds', '3')
        expect(await client.call('deploy_image', { app, image })).toMatchObject({
          verdict: 'healthy',
        })
      })

      test('a rate limit on book-keeping does not hide a healthy roll-out', async () => {
        await addFault(
          'api',
          'status',
          '--status',
          '429',
          '--path',
          '/releases/',
          '--method',
          'PATCH',
          '--nth',
          '2',
        )
        expect(await client.call('deploy_image', { app, image })).toMatchObject({
          verdict: 'healthy',
        })
      })

      test('a machine whose host is gone', async () => {
        const unlucky = uniqueName('unlucky')
        await client.call('create_app', { app: unlucky })
        await client.call('deploy_image', { app: unlucky, image })
        await addFault('machine', 'unreachable', '--app', unlucky)
        const gone = await client.call<{ verdict: string; reasons: readonly string[] }>(
          'check_health',
          { app: unlucky, timeout: '2s' },
        )
        expect(gone.verdict).toBe('unhealthy')
        expect(gone.reasons[0]).toMatch(/^The host of machine \w+ is unreachable/)
        await clearFaults()
        expect(await client.call('check_health', { app: unlucky })).toMatchObject({
          verdict: 'healthy',
        })
      })

      test('an API that cuts its connections', async () => {
        await addFault('api', 'reset')
        const error = await client.fail('list_releases', { app })
        expect(error).toMatchObject({ code: 'unknown_failure', diagnosis: 'fly_api_cut' })
      })
    })

    describe.concurrent('on the machines of one app', () => {
      afterAll(() => clearFaults())

      /** A fresh app with the image, whose machines are to meet a fault. */
      async function meet(kind: string, ...more: readonly string[]): Promise<string> {
        const unlucky = uniqueName('unlucky')
        await client.call('create_app', { app: unlucky })
        await addFault('machine', kind, '--app', unlucky, ...more)
        return unlucky
      }

      /** What check_health says of an app that is not healthy. */
      async function reasons(unlucky: string): Promise<string> {
        const health = await client.call<{ verdict: string; reasons: readonly string[] }>(
          'check_health',
          { app: unlucky, timeout: '1s' },
        )
        return health.verdict === 'unhealthy' ? health.reasons.join('\n') : health.verdict
      }

      /** Between two crashes a machine counts as started for a moment. */
      const patience = { timeout: 60_000, interval: 500 }

      test('a machine that crashes again and again', async ({ expect }) => {
        const unlucky = await meet('crash')
        const error = await client.fail('deploy_image', {
          app: unlucky,
          image,
          wait_timeout: checksWait,
        })
        expect(error).toMatchObject({ code: 'unhealthy' })
        expect(error.evidence).toContain('with exit code 1')
        await expect.poll(() => reasons(unlucky), patience).toContain('with exit code 1')
        await removeApp(unlucky)
      })

      test('a machine that runs out of memory', async ({ expect }) => {
        const unlucky = await meet('oom')
        const error = await client.fail('deploy_image', {
          app: unlucky,
          image,
          wait_timeout: checksWait,
        })
        expect(error).toMatchObject({ code: 'unhealthy', diagnosis: 'oom_killed' })
        const cause = 'killed for lack of memory (exit code 137)'
        expect(error.evidence).toContain(cause)
        await expect.poll(() => reasons(unlucky), patience).toContain(cause)
        await removeApp(unlucky)
      })

      test('a machine whose app listens late is healthy in the end', async () => {
        const unlucky = await meet('slow-start', '--seconds', '8')
        expect(await client.call('deploy_image', { app: unlucky, image })).toMatchObject({
          verdict: 'healthy',
        })
      })

      test('a machine whose app listens later than a deploy waits', async () => {
        const unlucky = await meet('slow-start', '--seconds', '120')
        const error = await client.fail('deploy_image', {
          app: unlucky,
          image,
          wait_timeout: checksWait,
        })
        expect(error).toMatchObject({ code: 'unhealthy' })
        expect(error.evidence).toContain('connection refused')
      })

      test('a first deploy to a host that goes away', async () => {
        const unlucky = await meet('unreachable')
        const error = await client.fail('deploy_image', {
          app: unlucky,
          image,
          wait_timeout: checksWait,
        })
        expect(error).toMatchObject({ code: 'unhealthy', diagnosis: 'host_unreachable' })
        expect(error.evidence).toMatch(/^The host of machine \w+ is unreachable/)
      })
    })
  })
})
