import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { checksWait } from './checks-wait.js'
import { addFault, clearFaults } from './fault.js'
import { flyctls, uniqueName } from './flyctls.js'
import { removeApp } from './remove-app.js'
import { useOwnSandbox } from './test-sandbox.js'

interface Deployed {
  readonly verdict: string
  readonly release: number
  readonly reasons: readonly string[]
  readonly machines: readonly { readonly id: string; readonly release: number }[]
  readonly warnings: readonly { readonly code: string; readonly text: string }[]
}

function apiFault(status: number, method: string, path: string, ...more: readonly string[]) {
  const matching = ['--method', method, '--path', path, ...more]
  return addFault('api', 'status', '--status', String(status), ...matching)
}

useOwnSandbox()

describe.each(flyctls)('the verdict while Fly has faults, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('rests on evidence', () => {
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

    async function pushed(app: string): Promise<string> {
      await client.call('create_app', { app })
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      return image
    }

    describe.concurrent('of one app', () => {
      afterAll(() => clearFaults())

      test.each([429, 504])(
        'not on failure: flyctl ends with 1 over a %i while it watches',
        async (status) => {
          const app = uniqueName('verdict')
          const image = await pushed(app)
          // At the first look at its checks: the wait for its start, before that, would only be repeated.
          await apiFault(status, 'GET', `/v1/apps/${app}/machines/`, '--nth', '2')
          const deployed = await client.call<Deployed>('deploy_image', { app, image })
          expect(deployed).toMatchObject({ verdict: 'healthy', release: 1 })
          const text = expect.stringMatching(
            /exit status 1, although the app runs the image: Error: /,
          )
          expect(deployed.warnings).toContainEqual(
            expect.objectContaining({ code: 'flyctl_failed', text }),
          )
        },
      )

      test('not on failure: flyctl ends with 1 before a slow app has come up', async () => {
        const app = uniqueName('slow')
        const image = await pushed(app)
        await addFault('machine', 'slow-start', '--app', app, '--seconds', '8')
        await apiFault(429, 'GET', `/v1/apps/${app}/machines/`, '--nth', '2')
        const deployed = await client.call<Deployed>('deploy_image', { app, image })
        expect(deployed.verdict).toBe('healthy')
        expect(deployed.warnings).toContainEqual(expect.objectContaining({ code: 'flyctl_failed' }))
      })

      test('on each machine: the second cannot be updated, and says which runs what', async () => {
        const app = uniqueName('verdict')
        const image = await pushed(app)
        const before = await client.call<Deployed>('deploy_image', { app, image, ha: true })
        const [first = '', second = ''] = before.machines.map(({ id }) => id).sort()
        // The first POST takes the lease of the second machine; the others refresh it and update the machine.
        await apiFault(500, 'POST', `/machines/${second}`, '--nth', '2')
        const error = await client.fail('deploy_image', { app, image })
        const sentence = new RegExp(
          `different releases: (${first} release 2, ${second} release 1|${second} release 1, ${first} release 2)\\.`,
        )
        expect(error).toMatchObject({ code: 'unhealthy', diagnosis: expect.any(String) })
        expect(error.text).toMatch(sentence)
        expect(error.evidence).toMatch(sentence)
        const after = await client.call<Deployed>('check_health', { app, timeout: '5s' })
        expect(after.verdict).toBe('degraded')
        expect(after.reasons.join('\n')).toMatch(sentence)
      })
    })

    describe('of all apps', () => {
      afterEach(() => clearFaults())

      test.each([429, 504])(
        'not on failure: a %i on the release after a healthy roll-out',
        async (status) => {
          const app = uniqueName('verdict')
          const image = await pushed(app)
          await apiFault(status, 'PATCH', '/api/v1/releases/', '--nth', '2')
          const deployed = await client.call<Deployed>('deploy_image', { app, image })
          expect(deployed).toMatchObject({ verdict: 'healthy', release: 1 })
        },
      )
    })

    test.each([
      ['echo DATABASE_URL is not set; exit 3', 'with exit code 3'],
      ['tail /dev/zero', 'killed for lack of memory (exit code 137)'],
    ])('check_health says how a machine ended: %s', async (command, ending) => {
      const app = uniqueName('unlucky')
      await project.write('Dockerfile', `FROM busybox\nCMD ["sh", "-c", "${command}"]\n`)
      const image = await pushed(app)
      // flyctl may see the machine in a good moment: then flyops looks for longer.
      const patience = { wait_timeout: checksWait, wait_seconds: 100, memory: '256mb' }
      const error = await client.fail('deploy_image', { app, image, ...patience })
      expect(error.evidence).toContain(ending)
      expect(error.evidence).toMatch(/^machine \w+ logged:?/m)
      const health = await client.call<Deployed>('check_health', { app, timeout: '5s' })
      expect(health.verdict).toBe('unhealthy')
      expect(health.reasons.join('\n')).toContain(ending)
      await removeApp(app)
    })
  })
})
