import { execa } from 'execa'
import { afterAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { type Call, followNext } from '../support/next-agent.js'
import { fixtureProgram } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { checksWait } from './checks-wait.js'
import { addFault, clearFaults } from './fault.js'
import { flyctls, uniqueName } from './flyctls.js'

const otherPort = `FROM busybox
COPY www /www
EXPOSE 3000
STOPSIGNAL SIGKILL
CMD ["httpd", "-f", "-p", "3000", "-h", "/www"]
`

/** Later than flyctl looks for the app, and than the first look at its health. */
const slowStart = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "sleep 45; exec httpd -f -p 8080 -h /www"]
`

describe.each(flyctls)('an agent that only follows `next`, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('reaches a healthy app in at most six calls from', () => {
    const projects: Project[] = []
    const clients: TestClient[] = []

    afterAll(async () => {
      for (const client of clients) await client.close()
      for (const project of projects) await project.remove()
    })

    async function open(fixture: string, more: Readonly<Record<string, string>> = {}) {
      const project = await createProject(fixture)
      projects.push(project)
      const client = await connectClient({ root: project.root, env: { ...env(), ...more } })
      clients.push(client)
      return { project, client }
    }

    async function build(client: TestClient, app: string): Promise<string> {
      return (await client.call<{ image: string }>('build_image', { app })).image
    }

    async function pushed(client: TestClient, app: string): Promise<string> {
      await client.call('create_app', { app })
      const image = await build(client, app)
      await client.call('push_image', { image })
      return image
    }

    /** What the agent did; on a slow machine it also waits for jobs. */
    async function callsOf(client: TestClient, first: Call): Promise<readonly Call[]> {
      return (await followNext(client, first)).filter(({ tool }) => tool !== 'get_job')
    }

    async function stepsOf(client: TestClient, first: Call): Promise<readonly string[]> {
      return (await callsOf(client, first)).map(({ tool }) => tool)
    }

    /** A flyctl command of the user's own. */
    function flyctl(...args: readonly string[]) {
      const { FLYOPS_FLYCTL: program = 'flyctl', ...rest } = env()
      return execa(program, args, { env: rest, extendEnv: false })
    }

    test.concurrent('an expired login', async () => {
      const { client } = await open('hello', {
        FLYOPS_FLYCTL: fixtureProgram('flyctl-with-stale-login'),
        WRAPPED_FLYCTL: env().FLYOPS_FLYCTL ?? '',
        STALE_LOGINS: '1',
      })
      const app = uniqueName('next')
      await client.call('create_app', { app })
      const image = await build(client, app)
      const made = await stepsOf(client, { tool: 'push_image', arguments: { image } })
      expect(made).toEqual(['push_image', 'deploy_image'])
    })

    test.concurrent('an image that was not pushed', async () => {
      const { client } = await open('hello')
      const app = uniqueName('next')
      await client.call('create_app', { app })
      const image = await build(client, app)
      const made = await stepsOf(client, { tool: 'deploy_image', arguments: { app, image } })
      expect(made).toEqual(['deploy_image', 'push_image', 'deploy_image'])
    })

    test.concurrent('a wrong internal_port, where the image exposes another', async () => {
      const { client, project } = await open('hello')
      await project.write('Dockerfile', otherPort)
      const app = uniqueName('next')
      const image = await pushed(client, app)
      const settings = { wait_timeout: checksWait, internal_port: 8080 }
      const first = { tool: 'deploy_image', arguments: { app, image, ...settings } }
      expect(await callsOf(client, first)).toMatchObject([
        first,
        { tool: 'deploy_image', arguments: { ...settings, internal_port: 3000 } },
      ])
    })

    test.concurrent('a check path that redirects', async () => {
      const { client } = await open('redirecting')
      const app = uniqueName('next')
      const image = await pushed(client, app)
      const settings = { wait_timeout: checksWait, health_path: '/info' }
      const first = { tool: 'deploy_image', arguments: { app, image, ...settings } }
      expect(await callsOf(client, first)).toMatchObject([
        first,
        { tool: 'deploy_image', arguments: { ...settings, health_path: '/info/' } },
      ])
    })

    test.concurrent('a grace period shorter than the start-up', async () => {
      const { client, project } = await open('slow')
      await project.write('Dockerfile', slowStart)
      const app = uniqueName('next')
      const image = await pushed(client, app)
      const settings = { wait_timeout: '10s', grace_period: '1s', interval: '2s' }
      const first = { tool: 'deploy_image', arguments: { app, image, ...settings } }
      expect(await callsOf(client, first)).toMatchObject([
        first,
        { tool: 'deploy_image', arguments: { interval: '2s', grace_period: '60s' } },
      ])
    })

    test.concurrent('an app that was not created', async () => {
      const { client } = await open('hello')
      const app = uniqueName('next')
      const image = await build(client, app)
      const made = await stepsOf(client, { tool: 'push_image', arguments: { image } })
      expect(made).toEqual(['push_image', 'create_app', 'push_image', 'deploy_image'])
    })

    test.concurrent('a name that is taken', async () => {
      const { client } = await open('hello')
      const app = `${uniqueName('next')}-taken`
      const made = await stepsOf(client, { tool: 'create_app', arguments: { app } })
      expect(made).toEqual(['create_app', 'create_app', 'ship'])
    })

    test.concurrent('a toml that names an old tag', async () => {
      const { client, project } = await open('hello')
      const app = uniqueName('next')
      const image = await pushed(client, app)
      const oldTag = image.replace(/[^:]*$/, '0000000')
      await project.write(`fly-${app}.toml`, `app = '${app}'\n[build]\nimage = '${oldTag}'\n`)
      const made = await stepsOf(client, { tool: 'deploy_image', arguments: { app, image } })
      expect(made).toEqual(['deploy_image'])
    })

    test.concurrent('an app that is stopped, and that no request starts', async () => {
      const { client } = await open('hello')
      const app = uniqueName('next')
      const image = await pushed(client, app)
      const { machines } = await client.call<{ machines: readonly { id: string }[] }>(
        'deploy_image',
        { app, image, auto_start: false },
      )
      await flyctl('machine', 'stop', machines[0]?.id ?? '', '--app', app)
      const first = { tool: 'check_health', arguments: { app, timeout: '5s' } }
      expect(await stepsOf(client, first)).toEqual(['check_health', 'deploy_image'])
    })

    test.concurrent('a lease that is held for ten seconds', async () => {
      const { client } = await open('hello')
      const app = uniqueName('next')
      const image = await pushed(client, app)
      await client.call('deploy_image', { app, image })
      await addFault('api', 'lease', '--seconds', '10', '--path', `/apps/${app}/`)
      const first = { tool: 'deploy_image', arguments: { app, image } }
      const startedAtMs = performance.now()
      const made = await stepsOf(client, first)
      const tookMs = performance.now() - startedAtMs
      await clearFaults()
      expect(made).toEqual(['deploy_image'])
      expect(tookMs, 'the lease was in the way').toBeGreaterThan(10_000)
    })
  })
})
