import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type FlyopsError, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { checksWait } from './checks-wait.js'
import { addFault, clearFaults } from './fault.js'
import { flyctls, uniqueName } from './flyctls.js'
import { removeApp } from './remove-app.js'

interface Machine {
  readonly id: string
  readonly region: string
  readonly config: { readonly metadata: Readonly<Record<string, string>> }
}

const files = {
  crashing: 'FROM busybox\nCMD ["sh", "-c", "echo no database >&2; exit 2"]\n',
  unbuildable: 'FROM busybox\nRUN false\n',
}

describe.each(flyctls)('ways to fail, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('each error says what really runs then', () => {
    const source = uniqueName('ways')
    let project: Project
    let client: TestClient
    let good: string
    let bad: string

    async function pushed(): Promise<string> {
      const { image } = await client.call<{ image: string }>('build_image', { app: source })
      await client.call('push_image', { image })
      return image
    }

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
      await client.call('create_app', { app: source })
      good = await pushed()
      await project.write('Dockerfile', files.crashing)
      bad = await pushed()
      await project.git('checkout', '--quiet', 'Dockerfile')
    })
    afterAll(async () => {
      await client.close()
      await project.remove()
    })

    async function ask<Answer>(path: string, method = 'GET', body?: object): Promise<Answer> {
      const { FLY_FLAPS_BASE_URL, FLY_API_TOKEN } = env()
      const headers = { authorization: `Bearer ${FLY_API_TOKEN}` }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const url = `${FLY_FLAPS_BASE_URL}/v1/apps/${path}`
      return (await (await fetch(url, { method, headers, ...sent })).json()) as Answer
    }

    async function deployed(stem: string, settings: object = {}): Promise<string> {
      const app = uniqueName(stem)
      await client.call('create_app', { app })
      await client.call('deploy_image', { app, image: good, ...settings })
      return app
    }

    /** What the sandbox itself has: the releases of the machines, and whether a GET is answered. */
    async function truthOf(app: string) {
      const machines = await ask<readonly Machine[]>(`${app}/machines`)
      const releases = machines.map(({ config }) => Number(config.metadata.fly_release_version))
      const { probe } = await client.call<{ probe?: { status?: number } }>('check_health', {
        app,
        timeout: '3s',
      })
      return { releases: [...new Set(releases)].sort(), isServed: probe?.status === 200 }
    }

    async function expectTrue(app: string, { live = '', text }: FlyopsError & { text: string }) {
      expect(text).toContain(`\nNow: ${live}\n`)
      const { releases, isServed } = await truthOf(app)
      const named = [...live.matchAll(/release (\d+)/gi)].map(([, version]) => Number(version))
      expect([...new Set(named)].sort(), live).toEqual(releases)
      expect(/(?:^|still |and )serves/.test(live.replace(/^.*?\) /, '')), live).toBe(isServed)
      return live
    }

    test.concurrent('an image that was never pushed', async () => {
      const app = await deployed('unpushed')
      const error = await client.fail('deploy_image', { app, image: `${good}-none` })
      expect(await expectTrue(app, error)).toMatch(/^Release 1 \(commit \w{7}\) still serves\.$/)
    })

    test.concurrent('an app that is not there', async () => {
      const app = uniqueName('nobody')
      const { live } = await client.fail('deploy_image', { app, image: good })
      expect(live).toBe(`There is no app ${app}.`)
    })

    test.concurrent('a release that crashes', async () => {
      const app = await deployed('crashes')
      const error = await client.fail('deploy_image', { app, image: bad })
      expect(await expectTrue(app, error)).toMatch(/^Release 2 .*runs but does not serve\.$/)
      await removeApp(app)
    })

    test.concurrent('a first release whose check does not pass', async () => {
      const app = uniqueName('unchecked')
      await client.call('create_app', { app })
      const settings = { health_path: '/nowhere', wait_timeout: checksWait }
      const error = await client.fail('deploy_image', { app, image: good, ...settings })
      expect(error.live).toMatch(/^Release 1 .*runs but does not serve\.$/)
    })

    test.concurrent('a roll-out over three machines, which stops at the first', async () => {
      const app = await deployed('three', { ha: true })
      const [first] = await ask<readonly Machine[]>(`${app}/machines`)
      const { region, config } = first ?? {}
      await ask(`${app}/machines`, 'POST', { region, config })
      await client.call('deploy_image', { app, image: good, interval: '15s' })
      const error = await client.fail('deploy_image', { app, image: bad })
      const live = await expectTrue(app, error)
      expect(live).toMatch(/^Release 3 .*is on machine \w+ and runs but does not serve; release 2 /)
      expect(live).toMatch(/release 2 .*is on machines \w+, \w+ and still serves\.$/)
      await removeApp(app)
    })

    test.concurrent('a rollback to a release that there never was', async () => {
      const app = await deployed('never')
      await expectTrue(app, await client.fail('rollback', { app, to: 99 }))
    })

    test.concurrent('a deploy that is rolled back', async () => {
      const app = await deployed('returns')
      const error = await client.fail('deploy_image', {
        app,
        image: bad,
        rollback_on_failure: true,
      })
      expect(await expectTrue(app, error)).toMatch(/^Release 3 .*serves\.$/)
    })

    test.concurrent('a promotion that no app takes', async () => {
      const app = await deployed('promoted')
      const error = await client.fail('promote_image', { image: bad, apps: [app] })
      expect(await expectTrue(app, error)).toMatch(/^Release 2 .*runs but does not serve\.$/)
      await removeApp(app)
    })

    test('a ship whose build fails', async () => {
      const app = await deployed('unbuilt')
      await project.write('Dockerfile', files.unbuildable)
      const error = await client.fail('ship', { app })
      await project.git('checkout', '--quiet', 'Dockerfile')
      expect(await expectTrue(app, error)).toMatch(/still serves\.$/)
    })

    test('a first ship whose test fails', async () => {
      const app = uniqueName('untested')
      await project.write('Dockerfile', files.crashing)
      const error = await client.fail('ship', { app })
      await project.git('checkout', '--quiet', 'Dockerfile')
      expect(error.code).toBe('test_failed')
      expect(error.live).toBe(`Nothing is deployed to ${app}, which this ship created.`)
      expect(await ask(`${app}/machines`)).toEqual([])
    })

    test('a ship whose push fails', async () => {
      const app = await deployed('refused')
      await project.write('www/version', 'another\n')
      await project.git('add', 'www')
      await project.git('commit', '--message', 'Change something')
      await addFault('registry', 'status', '--status', '401', '--path', `/${app}/`)
      const error = await client.fail('ship', { app, skip_test: true })
      await clearFaults()
      expect(await expectTrue(app, error)).toMatch(/still serves\.$/)
    })
  })
})
