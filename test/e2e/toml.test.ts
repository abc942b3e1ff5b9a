import { afterAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Deployed {
  readonly verdict: string
  readonly url: string
  readonly reasons: readonly string[]
  readonly config_changes: readonly string[]
  readonly machines: readonly { readonly process: string; readonly state: string }[]
}

const checked = "[[http_service.checks]]\npath = '/info'\ninterval = '10s'\ntimeout = '2s'\n"

describe.each(flyctls)('fly.toml as users have it, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('is the base of the deployed one', () => {
    const projects: Project[] = []
    const clients: TestClient[] = []

    async function open(fixture: string, toml: string, dockerfile?: string): Promise<TestClient> {
      const project = await createProject(fixture)
      projects.push(project)
      await project.write('fly.toml', toml)
      if (dockerfile !== undefined) await project.write('Dockerfile', dockerfile)
      await project.git('add', '--all', '.')
      await project.git('commit', '--quiet', '--message', 'Change the configuration')
      const client = await connectClient({ root: project.root, env: env() })
      clients.push(client)
      return client
    }

    async function deploy(client: TestClient, settings: object = {}): Promise<Deployed> {
      const app = uniqueName('toml')
      await client.call('create_app', { app })
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      return client.call<Deployed>('deploy_image', { app, image, ...settings })
    }

    afterAll(async () => {
      for (const client of clients) await client.close()
      for (const project of projects) await project.remove()
    })

    test.concurrent('another port', async () => {
      const dockerfile =
        'FROM busybox\nCOPY www /www\nSTOPSIGNAL SIGKILL\nCMD ["httpd", "-f", "-p", "3000", "-h", "/www"]\n'
      const client = await open(
        'hello',
        `app = 'x'\n[http_service]\ninternal_port = 3000\n${checked}`,
        dockerfile,
      )
      expect(await deploy(client)).toMatchObject({ verdict: 'healthy' })
    })

    test.concurrent('[[services]] instead of [http_service]', async () => {
      const client = await open(
        'hello',
        `app = 'x'
[[services]]
protocol = 'tcp'
internal_port = 8080
  [[services.ports]]
  port = 80
  handlers = ['http']
  [[services.http_checks]]
  path = '/info'
  interval = '10s'
  timeout = '2s'
  grace_period = '5s'
`,
      )
      const deployed = await deploy(client)
      expect(deployed.verdict).toBe('healthy')
      expect(deployed.config_changes.join('\n')).not.toContain('http_service')
    })

    test.concurrent('[build] with a Dockerfile, a stage, arguments and an ignore file of its own', async () => {
      const project = await createProject('hello')
      projects.push(project)
      await project.write(
        'web.Dockerfile',
        `FROM busybox AS release
ARG CHANNEL=none
COPY . /www/
RUN echo "$CHANNEL" >/www/info
STOPSIGNAL SIGKILL
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
FROM release
CMD ["false"]
`,
      )
      await project.write('kept-out', 'notes.txt\n')
      await project.write('notes.txt', 'not for everybody')
      await project.write(
        'fly.toml',
        `app = 'x'
[build]
dockerfile = 'web.Dockerfile'
build-target = 'release'
ignorefile = 'kept-out'
[build.args]
CHANNEL = 'beta'
[http_service]
internal_port = 8080
${checked}`,
      )
      await project.git('add', '--all', '.')
      await project.git('commit', '--quiet', '--message', 'Build in another way')
      const client = await connectClient({ root: project.root, env: env() })
      clients.push(client)
      const deployed = await deploy(client)
      expect(deployed).toMatchObject({ verdict: 'healthy', probe: { body_excerpt: 'beta' } })
      expect((await fetch(`${deployed.url}/notes.txt`)).status).toBe(404)
    })

    test.concurrent('[processes] with a worker beside the web', async () => {
      const client = await open(
        'hello',
        `app = 'x'
[processes]
app = "httpd -f -p 8080 -h /www"
worker = "sh -c 'while true; do sleep 1; done'"
[http_service]
internal_port = 8080
processes = ['app']
  [[http_service.checks]]
  path = '/info'
  grace_period = '5s'
  interval = '10s'
  timeout = '2s'
`,
      )
      const deployed = await deploy(client)
      expect(deployed.verdict).toBe('healthy')
      expect(deployed.machines.map(({ process }) => process).sort()).toEqual(['app', 'worker'])
    })

    test.concurrent('[[mounts]]', async () => {
      const client = await open(
        'hello',
        `app = 'x'
primary_region = 'ewr'
[[mounts]]
source = 'data'
destination = '/data'
initial_size = '1gb'
[http_service]
internal_port = 8080
${checked}`,
      )
      expect(await deploy(client)).toMatchObject({ verdict: 'healthy' })
    })

    test.concurrent('a worker without services is healthy when it runs', async () => {
      const client = await open(
        'worker',
        "app = 'x'\n[processes]\nworker = \"sh -c 'while true; do sleep 1; done'\"\n",
      )
      const deployed = await deploy(client)
      expect(deployed).toMatchObject({
        verdict: 'healthy',
        machines: [{ process: 'worker', state: 'started' }],
      })
    })

    test.concurrent('a setting that flyctl does not know is a warning', async () => {
      const odd = await open('hello', "app = 'x'\ncolour = 'blue'\n")
      expect(await deploy(odd, { dry_run: true })).toMatchObject({
        warnings: [
          expect.objectContaining({
            code: 'unknown_setting',
            text: expect.stringContaining('colour'),
          }),
        ],
      })
    })
  })
})
