import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type FlyopsError, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { removeApp } from './remove-app.js'
import { useOwnSandbox } from './test-sandbox.js'

interface Judged {
  readonly verdict: string
  readonly reasons: readonly string[]
  readonly machines: readonly { readonly id: string }[]
}

/** One image with all ways, so that one build and one push are enough. */
const dockerfile = `FROM busybox
COPY calm /calm
COPY touchy /touchy
COPY run.sh /run.sh
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "/run.sh"]
`
const script = `serve() { httpd -f -p 8080 -h $1 & }
case "$WAY" in
  at-once) echo panic: open /mnt/prices.csv: no such file or directory; exit 2 ;;
  after-five-seconds) serve /calm; sleep 5; exit 5 ;;
  after-first-check) serve /calm; sleep 1; exit 6 ;;
  on-first-request) serve /touchy; wait; exit 7 ;;
  out-of-memory) exec tail /dev/zero ;;
  one-of-two) [ "$FLY_MACHINE_ID" = "$VICTIM" ] && exit 8 ;;
  every-six-seconds) sleep 6; exit 4 ;;
  until-the-limit) exit 9 ;;
  by-itself) serve /calm; sleep 3; exit 0 ;;
  new-release) exit 10 ;;
esac
exec httpd -f -p 8080 -h /calm
`
const check = (path: string) => `[http_service]
internal_port = 8080
[[http_service.checks]]
path = '${path}'
grace_period = '2s'
interval = '2s'
timeout = '5s'
`
const restarts = (retries: number) => `[[restart]]
policy = 'on-failure'
retries = ${retries}
`
/** Fly's proxy speaks HTTP to it. */
const unchecked = `[[services]]
protocol = 'tcp'
internal_port = 8080
auto_start_machines = true
[[services.ports]]
port = 443
handlers = ['tls', 'http']
`
/** A check that sends no request. */
const onlyTcp = `${unchecked}[[services.tcp_checks]]
grace_period = '2s'
interval = '2s'
timeout = '5s'
`
const tomls: Readonly<Record<string, string>> = {
  web: check('/info'),
  limited: `${check('/info')}${restarts(2)}`,
  unchecked,
  tcp: onlyTcp,
  worker: "[processes]\nworker = 'sh /run.sh'\n",
}

/** The way, its toml, and what must be told of how it ended. */
const ways = [
  ['at-once', 'web', 'logged: panic: open /mnt/prices.csv: no such file or directory'],
  ['after-five-seconds', 'unchecked', 'with exit code 5'],
  ['after-first-check', 'web', 'with exit code 6'],
  ['on-first-request', 'tcp', 'with exit code 7'],
  ['out-of-memory', 'web', 'killed for lack of memory (exit code 137)'],
  ['every-six-seconds', 'worker', 'with exit code 4'],
  ['until-the-limit', 'limited', 'with exit code 9'],
  ['by-itself', 'unchecked', 'with exit code 0'],
] as const

// A machine must stay up for as long as at Fly.
useOwnSandbox({ smokeSeconds: 10 })

describe.each(flyctls)('ten ways to crash, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('of which none is healthy', () => {
    const patience = { wait_timeout: '15s', memory: '256mb' }
    let project: Project
    let client: TestClient
    let image: string

    beforeAll(async () => {
      project = await createProject('hello')
      await project.write('Dockerfile', dockerfile)
      await project.write('run.sh', script)
      await mkdir(join(project.root, 'calm'))
      await project.write('calm/info', 'well\n')
      await project.write('calm/index.html', 'well\n')
      await mkdir(join(project.root, 'touchy', 'cgi-bin'), { recursive: true })
      await project.write('touchy/cgi-bin/index.cgi', '#!/bin/sh\nkill $(pidof httpd)\n')
      await chmod(join(project.root, 'touchy/cgi-bin/index.cgi'), 0o755)
      for (const [name, toml] of Object.entries(tomls))
        await project.write(`${name}.toml`, `app = 'x'\n${toml}`)
      client = await connectClient({ root: project.root, env: env() })
      const app = uniqueName('ways')
      await client.call('create_app', { app })
      image = (await client.call<{ image: string }>('build_image', { app })).image
      await client.call('push_image', { image })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    /** What a deploy tells, whether it failed or not. */
    async function deploy(args: object) {
      const result = await client.client.callTool(
        { name: 'deploy_image', arguments: { image, ...patience, ...args } },
        undefined,
        { timeout: 175_000 },
      )
      const text = JSON.stringify(result.content)
      const error = result._meta?.['flyops/error'] as FlyopsError | undefined
      const { verdict } = (result.structuredContent ?? {}) as { verdict?: string }
      return { text, verdict: error?.code ?? verdict }
    }

    async function expectCrashing(app: string, cause: string, verdict = /^(degraded|unhealthy)$/) {
      const health = await client.call<Judged>('check_health', { app })
      expect(health.verdict).toMatch(verdict)
      expect(health.reasons.join('\n')).toContain(cause)
    }

    test.concurrent.each(ways)('%s', async (way, toml, cause) => {
      const app = uniqueName(way)
      await client.call('create_app', { app })
      const deployed = await deploy({ app, base_config: `${toml}.toml`, env: { WAY: way } })
      expect(deployed.verdict, deployed.text).toMatch(/^(degraded|unhealthy)$/)
      expect(deployed.text).toContain(cause)
      await expectCrashing(app, cause)
      await removeApp(app)
    })

    test.concurrent('one-of-two', async () => {
      const app = uniqueName('one-of-two')
      await client.call('create_app', { app })
      const two = { app, base_config: 'web.toml', ha: true }
      const result = await client.call<Judged>('deploy_image', { image, ...patience, ...two })
      const [, VICTIM = ''] = result.machines.map(({ id }) => id).sort()
      await deploy({ app, env: { WAY: 'one-of-two', VICTIM } })
      await expectCrashing(app, `Machine ${VICTIM} ended by itself`, /^degraded$/)
      await removeApp(app)
    })

    test.concurrent('new-release', async () => {
      const app = uniqueName('new-release')
      await client.call('create_app', { app })
      const good = { app, base_config: 'web.toml' }
      const before = await deploy(good)
      expect(before.verdict, before.text).toBe('healthy')
      const deployed = await deploy({ app, env: { WAY: 'new-release' } })
      expect(deployed.verdict).toBe('unhealthy')
      await expectCrashing(app, 'with exit code 10')
      await removeApp(app)
    })
  })
})
