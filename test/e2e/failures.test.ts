import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

interface Built {
  readonly image: string
}

describe.each(flyctls)('failures with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('each names its cause and the next step', () => {
    const app = uniqueName('fails')
    const projects: Project[] = []
    const clients: TestClient[] = []
    let hello: TestClient

    async function open(fixture: string, more: Record<string, string> = {}): Promise<TestClient> {
      const project = await createProject(fixture)
      projects.push(project)
      const client = await connectClient({ root: project.root, env: { ...env(), ...more } })
      clients.push(client)
      return client
    }

    async function release(client: TestClient, name: string): Promise<string> {
      await client.call('create_app', { app: name })
      const { image } = await client.call<Built>('build_image', { app: name })
      await client.call('push_image', { image })
      return image
    }

    beforeAll(async () => {
      hello = await open('hello')
    })
    afterAll(async () => {
      for (const client of clients) await client.close()
      for (const project of projects) await project.remove()
    })

    test('a name that somebody else holds', async () => {
      const name = `${app}-taken`
      const error = await hello.fail('create_app', { app: name })
      expect(error.code).toBe('name_taken')
      expect(error.next[0]).toMatchObject({
        tool: 'create_app',
        arguments: { generate_name: true },
      })
      expect(error.text).toContain(`${name}-app`)
    })

    test('a push before the app exists, and the calls that repair it', async () => {
      const { image } = await hello.call<Built>('build_image', { app })
      const error = await hello.fail('push_image', { image })
      expect(error.code).toBe('app_not_found')
      expect(error.next.map(({ tool }) => tool)).toEqual(['create_app', 'push_image'])
      for (const { tool, arguments: args } of error.next) await hello.call(tool, args)
    })

    test('an image that was never pushed', async () => {
      const { image } = await hello.call<Built>('build_image', { app, tag: 'never-pushed' })
      const error = await hello.fail('deploy_image', { app, image })
      expect(error.code).toBe('image_not_found')
      expect(error.next[0]).toMatchObject({ tool: 'push_image', arguments: { image } })
    })

    test('an image that was never built', async () => {
      const { image } = await hello.call<Built>('build_image', { app })
      const error = await hello.fail('push_image', {
        image: image.replace(/:.*$/, ':0000000').replace(/^.*\//, (host) => host),
      })
      expect(['image_not_local', 'invalid_input']).toContain(error.code)
    })

    test('a deploy to an app that does not exist', async () => {
      const missing = uniqueName('missing')
      const { image } = await hello.call<Built>('build_image', { app })
      const error = await hello.fail('deploy_image', { app: missing, image })
      expect(error.code).toBe('app_not_found')
      expect(error.next.map(({ tool }) => tool)).toEqual(['create_app', 'deploy_image'])
    })

    test('a login that expired is renewed once', async () => {
      const { FLYOPS_FLYCTL = '' } = env()
      const client = await open('hello', {
        FLYOPS_FLYCTL: fixtureProgram('flyctl-with-stale-login'),
        WRAPPED_FLYCTL: FLYOPS_FLYCTL,
        STALE_LOGINS: '1',
        TMPDIR: scratch(),
      })
      const name = uniqueName('stale')
      await client.call('create_app', { app: name })
      const { image } = await client.call<Built>('build_image', { app: name })
      expect(await client.call('push_image', { image })).toMatchObject({
        auth: 'renewed',
        verified: true,
      })
    })

    test('a login that stays refused needs a person', async () => {
      const { FLYOPS_FLYCTL = '' } = env()
      const client = await open('hello', {
        FLYOPS_FLYCTL: fixtureProgram('flyctl-with-stale-login'),
        WRAPPED_FLYCTL: FLYOPS_FLYCTL,
        STALE_LOGINS: '9',
        TMPDIR: scratch(),
      })
      const { image } = await client.call<Built>('build_image', { app })
      const error = await client.fail('push_image', { image })
      expect(error.code).toBe('not_authenticated')
      expect(error.evidence).toContain('fly auth whoami')
    })

    test('a token that Fly does not accept', async () => {
      const client = await open('hello', { FLY_API_TOKEN: 'fo1_wrong' })
      expect(await client.fail('list_releases', { app })).toMatchObject({
        code: 'not_authenticated',
      })
    })

    test.concurrent('an app that ends at once is unhealthy, with its log', async () => {
      const client = await open('failing')
      const name = uniqueName('failing')
      const image = await release(client, name)
      const error = await client.fail('deploy_image', { app: name, image, wait_timeout: '15s' })
      expect(error.code).toBe('unhealthy')
      expect(error.evidence).toContain('DATABASE_URL is not set')
    })

    test.concurrent('an app whose check path redirects is unhealthy, and the path is named', async () => {
      const client = await open('redirecting')
      const name = uniqueName('redirecting')
      const image = await release(client, name)
      const error = await client.fail('deploy_image', { app: name, image, wait_timeout: '5s' })
      expect(error.code).toBe('unhealthy')
      expect(error.text).toContain('use the path /info/')
      const [repair] = error.next
      expect(repair).toMatchObject({ tool: 'deploy_image', arguments: { health_path: '/info/' } })
      expect(await client.call('deploy_image', repair?.arguments ?? {})).toMatchObject({
        verdict: 'healthy',
      })
    })

    test.concurrent('an app on another port than the settings say, and the deploy that repairs it', async () => {
      const client = await open('hello')
      const name = uniqueName('port')
      const image = await release(client, name)
      const error = await client.fail('deploy_image', {
        app: name,
        image,
        internal_port: 9090,
        wait_timeout: '5s',
      })
      expect(error.code).toBe('unhealthy')
      const [repair] = error.next
      expect(repair).toMatchObject({ tool: 'deploy_image', arguments: { internal_port: 8080 } })
      expect(await client.call('deploy_image', repair?.arguments ?? {})).toMatchObject({
        verdict: 'healthy',
      })
    })

    test.concurrent('an app that listens late is healthy, and flyctl’s warning is cosmetic', async () => {
      const client = await open('slow')
      const name = uniqueName('slow')
      const image = await release(client, name)
      const deployed = await client.call<{
        verdict: string
        warnings: { code: string; cosmetic: boolean }[]
      }>('deploy_image', { app: name, image, grace_period: '40s' })
      expect(deployed.verdict).toBe('healthy')
      for (const { code, cosmetic } of deployed.warnings) {
        if (code === 'not_listening') expect(cosmetic).toBe(true)
      }
    })
  })
})
