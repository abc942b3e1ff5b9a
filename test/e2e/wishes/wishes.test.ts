import { describe, expect } from 'vitest'
import { settingsWith } from '../../support/settings.js'
import { flyctls, uniqueName } from '../flyctls.js'
import { serving, worker } from './apps.js'
import { type Wish, wishTest } from './wish.js'

/** What a wish may cost a model. */
const mostBytes = 2_000

const authors = (app: string) => `# how we like it
app = "${app}"
primary_region = "ams"

[env]
LOG = "info"

[http_service]
internal_port = 3000
auto_stop_machines = "stop"
min_machines_running = 0

[[http_service.checks]]
path = "/healthz"
interval = "5s"
timeout = "2s"
grace_period = "5s"

[[vm]]
memory = "512mb"
`

describe.each(flyctls)('a person’s wish, with $name', ({ isThere, env }) => {
  const healthy = { isError: false, told: { verdict: 'healthy' } }

  async function expectLive(wish: Wish, app: string, seen: object): Promise<void> {
    const look = await wish.call('check_health', { app })
    expect(look.told).toMatchObject({ verdict: 'healthy', ...seen })
  }

  function expectCheap(wish: Wish, mostCalls: number): void {
    expect(wish.calls()).toBeLessThanOrEqual(mostCalls)
    expect(wish.readBytes()).toBeLessThanOrEqual(mostBytes)
  }

  describe.skipIf(!isThere).concurrent('is fulfilled in a call or two, and little to read', () => {
    wishTest('ship it as the author says', async ({ open }) => {
      const app = uniqueName('authors')
      const wish = await open(
        { Dockerfile: serving(3000, 'healthz'), 'fly.toml': authors(app) },
        env(),
      )
      wish.clears(app)
      const shipped = await wish.call('ship', { app })
      expect(shipped).toMatchObject(healthy)
      const written = settingsWith('memory 512mb (fly.toml)', 'region ams (fly.toml)')
      expect(shipped.told).toMatchObject({ settings: written })
      expectCheap(wish, 1)
      await expectLive(wish, app, { probe: { status: 200 }, machines: [{ region: 'ams' }] })
    })

    wishTest('run this worker', async ({ open }) => {
      const app = uniqueName('worker')
      const wish = await open({ Dockerfile: worker }, env())
      wish.clears(app)
      const refused = await wish.call('ship', { app })
      expect(refused).toMatchObject({ isError: true, told: { code: 'test_failed' } })
      const shipped = await wish.follow('ship')
      expect(shipped).toMatchObject(healthy)
      expect(shipped.told).not.toHaveProperty('url')
      expectCheap(wish, 2)
      await expectLive(wish, app, { checks: [] })
    })

    wishTest('it needs a secret', async ({ open }) => {
      const app = uniqueName('secret')
      const needs = 'test -n \\"$KEY\\" || { echo KEY is not set; exit 3; }; '
      const wish = await open(
        {
          Dockerfile: serving(8080, 'index.html', needs),
          '.gitignore': '.env\n',
          '.dockerignore': '.env\n',
        },
        env(),
      )
      await wish.project.write('.env', 'KEY=s3cret-of-this-test\n')
      wish.clears(app)
      await wish.call('create_app', { app })
      await wish.call('set_secrets', { app, names: ['KEY'], from: 'file', file: '.env' })
      const shipped = await wish.follow('ship')
      expect(shipped).toMatchObject(healthy)
      expect(shipped.text).not.toContain('s3cret-of-this-test')
      expectCheap(wish, 3)
      await expectLive(wish, app, { probe: { status: 200 } })
    })

    wishTest('bring it to two production apps, which keep what is theirs', async ({ open }) => {
      const [staging, ...production] = ['staging', 'prod-eu', 'prod-us'].map(uniqueName)
      const apps = production.map((app, index) => [app, index === 0 ? 'ams' : 'ord'] as const)
      const tomls = apps.map(([app, region]) => [
        `fly-${app}.toml`,
        authors(app).replace('"ams"', `"${region}"`).replace('"info"', `"of ${region}"`),
      ])
      const wish = await open(
        {
          Dockerfile: serving(3000, 'healthz'),
          ...Object.fromEntries(tomls),
        },
        env(),
      )
      wish.clears(staging ?? '', ...production)
      await wish.prepare('ship', { app: staging, health_path: '/healthz', internal_port: 3000 })
      for (const app of production) await wish.prepare('create_app', { app })
      const planned = await wish.call('promote_image', {
        from_app: staging,
        apps: production,
        plan_only: true,
      })
      expect(planned.told.results).toMatchObject(
        apps.map(([app, region]) => ({
          app,
          status: 'planned',
          settings: settingsWith(`region ${region} (fly-${app}.toml)`),
        })),
      )
      const promoted = await wish.follow('promote_image')
      expect(promoted.told.results).toMatchObject(
        production.map((app) => ({ app, status: 'deployed', verdict: 'healthy' })),
      )
      expectCheap(wish, 2)
      for (const [app, region] of apps) await expectLive(wish, app, { machines: [{ region }] })
    })

    wishTest('the commit before the last one, and back', async ({ open }) => {
      const app = uniqueName('before')
      const wish = await open({ Dockerfile: serving(8080, 'first.html'), 'index.html': '' }, env())
      wish.clears(app)
      await wish.prepare('ship', { app, skip_test: true, health_path: '/first.html' })
      await wish.project.write('Dockerfile', serving(8080, 'second.html'))
      await wish.project.git('commit', '--quiet', '--all', '--message', 'Serve another page')
      await wish.prepare('ship', { app, skip_test: true, health_path: '/second.html' })
      const commits = (await wish.project.git('log', '--format=%H')).split('\n')
      const back = { app, ref: 'HEAD~1', health_path: '/first.html' }
      const before = await wish.call('ship', back)
      expect(before).toMatchObject(healthy)
      expect(before.told.commit).toBe(commits[1])
      const again = await wish.follow('rollback')
      expect(again).toMatchObject(healthy)
      expectCheap(wish, 2)
      await expectLive(wish, app, { commit: commits[0] })
    })

    wishTest('the service of the monorepo that changed', async ({ open }) => {
      const [web, api] = ['web', 'api'].map(uniqueName)
      const wish = await open(
        {
          'web/Dockerfile': serving(8080, 'index.html'),
          'api/Dockerfile': serving(3000, 'healthz'),
        },
        env(),
      )
      wish.clears(web ?? '', api ?? '')
      const apps = { [web ?? '']: { context: 'web' }, [api ?? '']: { context: 'api' } }
      await wish.prepare('ship', { apps })
      await wish.project.write('api/Dockerfile', serving(3000, 'healthz', 'echo new; '))
      await wish.project.git('commit', '--quiet', '--all', '--message', 'Change the api')
      const shipped = await wish.call('ship', { apps })
      expect(shipped.told.results).toMatchObject([
        { app: web, status: 'unchanged' },
        { app: api, status: 'shipped', verdict: 'healthy' },
      ])
      expectCheap(wish, 1)
    })

    wishTest('as cheap as possible', async ({ open }) => {
      const app = uniqueName('cheap')
      const large = authors(app).replace('512mb', '1gb').replace('"stop"', '"off"')
      const wish = await open({ Dockerfile: serving(3000, 'healthz'), 'fly.toml': large }, env())
      wish.clears(app)
      await wish.prepare('ship', { app, machines: 2 })
      const planned = await wish.call('ship', { app, plan_only: true })
      const why = 'costs $1.94 a month at most, $0 at rest'
      expect(planned.told.next).toMatchObject([{ tool: 'ship', why }])
      const shipped = await wish.follow('ship')
      expect(shipped).toMatchObject(healthy)
      expect(shipped.told).toMatchObject({ dollars_a_month: { running: 1.94, at_rest: 0 } })
      expectCheap(wish, 2)
      const { machines } = (await wish.call('check_health', { app })).told
      expect(machines).toHaveLength(1)
    })
  })
})
