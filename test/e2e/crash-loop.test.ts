import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Result {
  readonly verdict: string
  readonly release: number
  readonly warnings?: readonly { readonly code: string }[]
}

interface Releases {
  readonly releases: readonly { readonly version: number; readonly current: boolean }[]
  readonly serving: number | 'none'
}

const crashing = `FROM busybox
CMD ["sh", "-c", "echo DATABASE_URL is not set >&2; exit 2"]
`
/** On a busy machine too it is less than flyctl would wait for the checks, or a lease would hold. */
const soonMs = 100_000

describe.each(flyctls)('with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('out of a crash loop, first time', () => {
    let project: Project
    let client: TestClient
    let good: string
    let bad: string

    async function pushed(): Promise<string> {
      const { image } = await client.call<{ image: string }>('build_image', { app: source })
      await client.call('push_image', { image })
      return image
    }

    const source = uniqueName('loop')
    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
      await client.call('create_app', { app: source })
      good = await pushed()
      await project.write('Dockerfile', crashing)
      bad = await pushed()
      await project.git('checkout', '--quiet', 'Dockerfile')
    })
    afterAll(async () => {
      await client.close()
      await project.remove()
    })

    async function crash(app: string, settings: object = {}) {
      const beganAt = performance.now()
      const messages: (string | undefined)[] = []
      const onProgress = ({ message }: { message?: string | undefined }) =>
        void messages.push(message)
      const args = { app, image: bad, ...settings }
      const error = await client.fail('deploy_image', args, { onProgress })
      expect(messages.join('\n')).toMatch(/Machine \w+ ended by itself .* with exit code 2/)
      expect(performance.now() - beganAt).toBeLessThan(soonMs)
      expect(error).toMatchObject({ code: 'unhealthy', diagnosis: 'missing_variable' })
      expect(error.text).toMatch(/Machine \w+ ended by itself \d times .*with exit code 2/)
      expect(error.evidence).toContain('DATABASE_URL is not set')
      return error
    }

    /** Release 1 works, and release 2 crashes. */
    async function openLoop(stem: string): Promise<string> {
      const app = uniqueName(stem)
      await client.call('create_app', { app })
      await client.call('deploy_image', { app, image: good })
      const { live } = await crash(app)
      expect(live).toMatch(/^Release 2 .*runs but does not serve\.$/)
      const seen = await client.call<Releases>('list_releases', { app })
      expect(seen.releases.find(({ current }) => current)?.version).toBe(2)
      expect(seen.serving).toBe('none')
      return app
    }

    function expectWell({ verdict, release, warnings = [] }: Result, version: number): void {
      expect({ verdict, release, warnings }).toEqual({
        verdict: 'healthy',
        release: version,
        warnings: [],
      })
    }

    test.concurrent('by rollback', async () => {
      const app = await openLoop('back')
      expectWell(await client.call<Result>('rollback', { app }), 3)
    })

    test.concurrent('by a new ship', async () => {
      const app = await openLoop('anew')
      const shipped = await client.call<Result>('ship', { app, image_repository: source })
      expectWell(shipped, 3)
    })

    test.concurrent('by rollback_on_failure', async () => {
      const app = uniqueName('returns')
      await client.call('create_app', { app })
      await client.call('deploy_image', { app, image: good })
      const { text, live, next } = await crash(app, { rollback_on_failure: true })
      expect(text).toContain(`Rolled back: ${app} runs ${good} of release 1 again, as release 3`)
      expect(live).toMatch(/^Release 3 .*serves\.$/)
      expect(next.map(({ tool }) => tool)).not.toContain('rollback')
    })

    test.concurrent('of a first deploy, whose machine no lease holds', async () => {
      const app = uniqueName('first')
      await client.call('create_app', { app })
      await crash(app)
      const beganAt = performance.now()
      const deployed = await client.call<Result>('deploy_image', { app, image: good })
      expectWell(deployed, 2)
      expect(performance.now() - beganAt).toBeLessThan(soonMs)
    })
  })
})
