import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { addFault, clearFaults } from './fault.js'
import { flyctls, uniqueName } from './flyctls.js'
import { useOwnSandbox } from './test-sandbox.js'

interface Logs {
  readonly lines: readonly string[]
  readonly truncated: boolean
}

useOwnSandbox()

const dockerfile = `FROM busybox
COPY www /www
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "for i in $(seq 300); do echo line $i of the app; done; exec httpd -f -p 8080 -h /www"]
`

describe.each(flyctls)('get_logs, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('of an app', () => {
    const app = uniqueName('talking')
    const silent = uniqueName('silent')
    let project: Project
    let client: TestClient

    beforeAll(async () => {
      project = await createProject('hello')
      await project.write('Dockerfile', dockerfile)
      await project.git('commit', '--quiet', '--all', '--message', 'Log')
      client = await connectClient({ root: project.root, env: env() })
      for (const name of [app, silent]) await client.call('create_app', { app: name })
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      await client.call('deploy_image', { app, image })
    })
    afterEach(() => clearFaults())
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('gives the newest lines of its machine', async () => {
      const { lines, truncated } = await client.call<Logs>('get_logs', { app, lines: 100 })
      const said = lines.filter((line) => line.endsWith('of the app'))
      expect(said.at(-1)).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z ewr \w+ line 300 of the app$/)
      expect(said.at(-2)).toMatch(/ line 299 of the app$/)
      expect(truncated).toBe(false)
      const machine = said.at(-1)?.split(' ')[2] ?? ''
      const one = await client.call<Logs>('get_logs', { app, machine, lines: 1 })
      expect(one.lines).toEqual([lines.at(-1)])
    })

    test('answers soon where no machine has said anything', async () => {
      const { lines } = await client.call<Logs>('get_logs', { app: silent })
      expect(lines).toEqual([
        expect.stringMatching(/Z No machine of this app has said anything yet$/),
      ])
    })

    test('ends where flyctl waits for lines for ever', async () => {
      await addFault('api', 'hang', '--path', '/logs')
      expect(await client.call('get_logs', { app })).toMatchObject({
        lines: [],
        next: [{ tool: 'check_health', arguments: { app } }],
      })
    })

    test('tells logs that a token may not read from no logs', async () => {
      await addFault('api', 'status', '--status', '401', '--path', '/logs')
      const error = await client.fail('get_logs', { app })
      expect(error).toMatchObject({ code: 'not_authenticated', next: [{ tool: 'check_health' }] })
      expect(error.text).toContain('not available to this token')
    })

    test('of nobody is app_not_found', async () => {
      expect(await client.fail('get_logs', { app: uniqueName('nobody') })).toMatchObject({
        code: 'app_not_found',
      })
    })
  })
})
