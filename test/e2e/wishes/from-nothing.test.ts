import { describe, expect } from 'vitest'
import { settingsWith } from '../../support/settings.js'
import { flyctls, uniqueName } from '../flyctls.js'
import { scratch } from '../test-sandbox.js'
import { serving, worker } from './apps.js'
import { wishTest } from './wish.js'

const running = (command: string) =>
  `FROM busybox\nSTOPSIGNAL SIGKILL\nRUN mkdir /www && echo works >/www/index.html\nCMD ["sh", "-c", ${JSON.stringify(command)}]\n`

/** `/` leads to a page that answers. */
const redirecting = running(
  `echo 'read _ p _; while read -r h && [ \${#h} -gt 1 ]; do :; done; case $p in /) printf "HTTP/1.1 302 Found\\r\\nLocation: /login\\r\\n\\r\\n";; /login) printf "HTTP/1.1 200 OK\\r\\n\\r\\nlogin";; *) printf "HTTP/1.1 404 Not Found\\r\\n\\r\\n";; esac' >/serve; exec nc -ll -p 8080 -e sh /serve`,
)

const groups = (app: string) => `app = "${app}"
[processes]
web = "httpd -f -p 8080 -h /www"
jobs = "sh -c 'while true; do sleep 1; done'"
[http_service]
internal_port = 8080
processes = ["web"]
`

describe.each(flyctls)('from nothing but a Dockerfile, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere).concurrent('an app is healthy with settings of its own', () => {
    wishTest.for([
      ['a server on 3000 with /healthz', serving(3000, 'healthz'), ['3000', '/healthz']],
      ['one on 8080 with only /', serving(8080, 'index.html'), ['8080', '/']],
      ['a path that redirects', redirecting, ['8080', '/login']],
    ] as const)('%s', async ([_name, Dockerfile, [port, path]], { open }) => {
      const app = uniqueName('nothing')
      const wish = await open({ Dockerfile }, env())
      wish.clears(app)
      const { text, told } = await wish.call('ship', { app })
      expect(told, text).toMatchObject({
        verdict: 'healthy',
        settings: settingsWith(
          `internal_port ${port} (measured)`,
          `health_path ${path} (measured)`,
          'memory 256mb (measured)',
        ),
      })
      expect((await wish.call('check_health', { app })).told).toMatchObject({
        verdict: 'healthy',
        probe: { url: expect.stringMatching(new RegExp(`${path}$`)), status: 200 },
      })
    })

    wishTest('a worker, and without a service', async ({ open }) => {
      const app = uniqueName('nothing')
      const wish = await open({ Dockerfile: worker }, env())
      wish.clears(app)
      await wish.call('ship', { app })
      expect((await wish.follow()).told).toMatchObject({ verdict: 'healthy' })
      const { told } = await wish.call('check_health', { app })
      expect(told).toMatchObject({ verdict: 'healthy', checks: [] })
    })

    wishTest('one that takes long to start', async ({ open }) => {
      const app = uniqueName('nothing')
      const slow = serving(8080, 'up', 'sleep 15; ').replace('STOP', 'EXPOSE 8080\nSTOP')
      const wish = await open({ Dockerfile: slow }, env())
      wish.clears(app)
      await wish.call('ship', { app })
      const { text, told } = await wish.follow()
      expect(told, text).toMatchObject({
        verdict: 'healthy',
        settings: settingsWith('health_path /up (measured)', 'memory 256mb (measured)'),
        first_visitor_waits_ms: expect.any(Number),
      })
      // It is counted from when docker says that it has started.
      expect(told.first_visitor_waits_ms).toBeGreaterThan(12_000)
    })

    wishTest('two process groups, each as what it is', async ({ open }) => {
      const app = uniqueName('nothing')
      const files = { Dockerfile: running('echo unused'), 'fly.toml': groups(app) }
      const wish = await open(files, env())
      wish.clears(app)
      const { text, told } = await wish.call('ship', { app })
      expect(told, text).toMatchObject({ verdict: 'healthy' })
      const { machines } = (await wish.call('check_health', { app })).told
      const processes = (machines as readonly { process: string }[]).map(({ process }) => process)
      expect(processes.toSorted()).toEqual(['jobs', 'web'])
    })

    wishTest('two of one repository', async ({ open }) => {
      const [web, api] = ['web', 'api'].map(uniqueName)
      const wish = await open(
        { 'web/Dockerfile': serving(3000, 'healthz'), 'api/Dockerfile': serving(8080, 'up') },
        env(),
      )
      wish.clears(web ?? '', api ?? '')
      const apps = { [web ?? '']: { context: 'web' }, [api ?? '']: { context: 'api' } }
      const { told } = await wish.call('ship', { apps })
      const healthy = { status: 'shipped', verdict: 'healthy' }
      expect(told.results).toMatchObject([
        { app: web, ...healthy },
        { app: api, ...healthy },
      ])
    })

    wishTest(
      'one that somebody else has deployed, which keeps what it runs with',
      async ({ open }) => {
        const app = uniqueName('nothing')
        const toml = `app = "${app}"\nprimary_region = "ams"\n[env]\nLOG = "all"\n[http_service]\ninternal_port = 3000\n[[http_service.checks]]\npath = "/healthz"\n`
        const colleague = await open(
          { Dockerfile: serving(3000, 'healthz'), 'fly.toml': toml },
          { ...env(), FLYOPS_STATE_DIR: `${scratch()}/colleague` },
        )
        await colleague.prepare('ship', { app, skip_test: true })
        const wish = await open({ Dockerfile: serving(3000, 'healthz', 'echo new; ') }, env())
        wish.clears(app)
        const { text, told } = await wish.call('ship', { app })
        expect(told, text).toMatchObject({
          verdict: 'healthy',
          release: 2,
          settings: settingsWith(
            'internal_port 3000 (the running app)',
            'region ams (the running app)',
            'env LOG (the running app)',
          ),
        })
      },
    )
  })

  describe.skipIf(!isThere).concurrent('an app that cannot work is refused with its cause', () => {
    wishTest.for([
      [
        'one that lacks a secret',
        running('[ -n "$TOKEN" ] || { echo "KeyError: \'TOKEN\'"; exit 1; }; exec sleep 600'),
        'It lacks TOKEN',
      ],
      ['a worker that dies', running('echo no queue >&2; exit 3'), 'exit code 3'],
      [
        'a listener on loopback',
        running('exec httpd -f -p 127.0.0.1:8080 -h /www'),
        'listens on 127.0.0.1 only',
      ],
    ] as const)('%s', async ([_name, Dockerfile, cause], { open }) => {
      const app = uniqueName('nothing')
      const wish = await open({ Dockerfile }, env())
      const { isError, text, told } = await wish.call('ship', { app })
      expect({ isError, code: told.code }).toEqual({ isError: true, code: 'test_failed' })
      expect(text).toContain(cause)
    })
  })
})
