import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { checksWait } from './checks-wait.js'
import { flyctls, uniqueName } from './flyctls.js'
import { removeApp } from './remove-app.js'

interface Deployed {
  readonly verdict: string
  readonly release: number
  readonly reasons: readonly string[]
  readonly machines: readonly { readonly id: string }[]
  readonly warnings: readonly { readonly code: string; readonly text: string }[]
}

const withoutChecks = `app = 'x'
[[services]]
protocol = 'tcp'
internal_port = 8080
auto_start_machines = true
[[services.ports]]
port = 443
handlers = ['tls', 'http']
`
const echoing = `app = 'x'
primary_region = 'ewr'
[[services]]
protocol = 'tcp'
internal_port = 7777
auto_start_machines = true
[[services.ports]]
port = 7777
[[services.tcp_checks]]
grace_period = '1s'
interval = '2s'
timeout = '1s'
`
const echo = `FROM busybox
EXPOSE 7777
STOPSIGNAL SIGKILL
CMD ["nc", "-ll", "-p", "7777", "-e", "cat"]
`
const onLoopback = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["httpd", "-f", "-p", "127.0.0.1:8080", "-h", "/www"]
`
const late = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "sleep 5; exec httpd -f -p 8080 -h /www"]
`
const crashing = `FROM busybox
CMD ["sh", "-c", "echo DATABASE_URL is not set >&2; exit 3"]
`

describe.each(flyctls)('the verdict, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('rests on evidence', () => {
    const projects: Project[] = []
    const clients: TestClient[] = []

    afterAll(async () => {
      for (const client of clients) await client.close()
      for (const project of projects) await project.remove()
    })

    async function open(more: Readonly<Record<string, string>> = {}, project?: Project) {
      const opened = project ?? (await createProject('hello'))
      if (project === undefined) projects.push(opened)
      const client = await connectClient({ root: opened.root, env: { ...env(), ...more } })
      clients.push(client)
      return { project: opened, client }
    }

    /** A flyctl of our own around the one under test. */
    function around(program: string, more: Readonly<Record<string, string>>) {
      const wrapped = env().FLYOPS_FLYCTL ?? ''
      return { FLYOPS_FLYCTL: fixtureProgram(program), WRAPPED_FLYCTL: wrapped, ...more }
    }

    async function pushed(client: TestClient, app: string): Promise<string> {
      await client.call('create_app', { app })
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      return image
    }

    /** A flyctl command of the user's own. */
    function flyctl(...args: readonly string[]) {
      const { FLYOPS_FLYCTL: program = '', ...rest } = env()
      return execa(program, args, { env: rest, extendEnv: false })
    }

    test.concurrent('not on success: machines that were updated and never started', async () => {
      const { client } = await open()
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      const settings = { app, image, auto_start: false }
      const { machines } = await client.call<Deployed>('deploy_image', settings)
      await flyctl('machine', 'stop', machines[0]?.id ?? '', '--app', app)
      const error = await client.fail('deploy_image', settings)
      expect(error).toMatchObject({ code: 'unhealthy' })
      expect(error.text).toContain('is stopped: No machine is started.')
      const rests = await client.call<Deployed>('check_health', { app, timeout: '2s' })
      expect(rests.verdict).toBe('stopped')
      const woken = await client.call<Deployed>('deploy_image', { app, image, auto_start: true })
      expect(woken.verdict).toBe('healthy')
    })

    test.concurrent('not on success: an app without checks that does not answer', async () => {
      const { client, project } = await open()
      await project.write('Dockerfile', onLoopback)
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      await project.write('own.toml', withoutChecks)
      const config = join(project.root, 'own.toml')
      // Exit status 0: without checks flyctl is content with a machine that runs.
      await flyctl('deploy', '--app', app, '--config', config, '--image', image, '--ha=false')
      const health = await client.call<Deployed>('check_health', { app, timeout: '5s' })
      expect(health.verdict).toBe('unhealthy')
      expect(health.reasons[0]).toContain('got no answer')
    })

    test.concurrent('on the outside GET: an app without checks that answers', async () => {
      const { client, project } = await open()
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      await project.write('own.toml', withoutChecks)
      const config = join(project.root, 'own.toml')
      await flyctl('deploy', '--app', app, '--config', config, '--image', image, '--ha=false')
      const health = await client.call<Deployed>('check_health', { app, path: '/info' })
      expect(health.verdict).toBe('healthy')
      expect(health.reasons).toContain(
        'No checks are configured: the GET from outside is the only proof.',
      )
    })

    test.concurrent('on its checks alone: a service that takes no HTTP', async () => {
      const { client, project } = await open()
      const app = uniqueName('verdict')
      await project.write('Dockerfile', echo)
      await project.write('fly.toml', echoing)
      const shipped = await client.call<Deployed>('ship', { app })
      expect(shipped.verdict).toBe('healthy')
      const health = await client.call<Deployed>('check_health', { app })
      expect(health).toMatchObject({ verdict: 'healthy' })
      expect(health).not.toHaveProperty('probe')
      expect(health.reasons).toContain('Its one check passes.')
    })

    test.concurrent('not on success: an app that listens on 127.0.0.1 only', async () => {
      const { client, project } = await open()
      await project.write('Dockerfile', onLoopback)
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      const error = await client.fail('deploy_image', { app, image, wait_timeout: checksWait })
      expect(error).toMatchObject({ code: 'unhealthy', diagnosis: 'not_listening' })
    })

    test.concurrent('not on failure: flyctl counts the crashes of the release before', async () => {
      const app = uniqueName('verdict')
      const { client, project } = await open()
      await project.write('Dockerfile', late)
      const good = await pushed(client, app)
      await project.write('Dockerfile', crashing)
      const bad = await pushed(client, app)
      await client.fail('deploy_image', { app, image: bad, wait_timeout: checksWait })
      expect(await client.call('deploy_image', { app, image: good })).toMatchObject({
        verdict: 'healthy',
        release: 2,
      })
    })

    test.concurrent('not on success: machines that carry another digest', async () => {
      const app = uniqueName('verdict')
      const { client, project } = await open()
      const other = await pushed(client, app)
      await project.write('www/index.html', 'Another page\n')
      const image = await pushed(client, app)
      const more = around('flyctl-deploying-another', { OTHER_IMAGE: other })
      const { client: fooled } = await open(more, project)
      const error = await fooled.fail('deploy_image', { app, image })
      expect(error).toMatchObject({ code: 'unhealthy' })
      expect(error.text).toMatch(/carries sha256:\w+ \(release 1\) instead of sha256:/)
    })

    test.concurrent.each([
      'failed to update release: rate limit exceeded (Request ID: 01) (status 429)',
      'failed to update release (status 504): upstream request timeout',
    ])('not on failure: a healthy roll-out after which flyctl says "%s"', async (text) => {
      const { client } = await open(around('flyctl-failing-afterwards', { AFTERWARDS: text }))
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      const deployed = await client.call<Deployed>('deploy_image', { app, image })
      expect(deployed).toMatchObject({ verdict: 'healthy', release: 1 })
      expect(deployed.warnings).toContainEqual(
        expect.objectContaining({ code: 'flyctl_failed', text: expect.stringContaining(text) }),
      )
    })

    test.concurrent('on each machine: a roll-out that stopped half way says which runs what', async () => {
      const { client, project } = await open()
      const app = uniqueName('verdict')
      const image = await pushed(client, app)
      const { machines } = await client.call<Deployed>('deploy_image', { app, image, ha: true })
      expect(machines).toHaveLength(2)
      await project.write('Dockerfile', crashing)
      const broken = await pushed(client, app)
      const error = await client.fail('deploy_image', {
        app,
        image: broken,
        wait_timeout: checksWait,
      })
      expect(error).toMatchObject({ code: 'unhealthy' })
      expect(error.text).toMatch(
        /The machines run different releases: \w+ release [12], \w+ release [12]\./,
      )
      expect(error.evidence).toContain('with exit code 3')
      expect(error.evidence).toContain('DATABASE_URL is not set')
      const after = await client.call<Deployed>('check_health', { app, timeout: '5s' })
      expect(after.reasons.join('\n')).toContain('different releases')
      await removeApp(app)
    })
  })
})
