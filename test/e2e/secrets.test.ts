import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

/** Answers with what the app has in its environment. */
const telling = `FROM busybox
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "mkdir -p /www && echo \\"it is $GREETING\\" >/www/info && exec httpd -f -p 8080 -h /www"]
`

/** Works only with a secret. */
const needing = `FROM busybox
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "env | grep -q ^NEEDED= || { echo NEEDED is missing; exit 3; }; mkdir -p /www && echo hello >/www/info && exec httpd -f -p 8080 -h /www"]
`

interface Judged {
  readonly verdict: string
  readonly reasons: readonly string[]
}

describe.each(flyctls)('secrets, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('go past the conversation', () => {
    const app = uniqueName('secrets')
    const secret = `hush-${app}`
    let project: Project
    let client: TestClient

    beforeAll(async () => {
      project = await createProject('hello')
      await project.write('Dockerfile', telling)
      await project.write('.env', `GREETING="${secret} of a file"\nOTHER=x\n`)
      const values = { GREETING: secret, NEEDED: 'at-last' }
      client = await connectClient({ root: project.root, env: { ...env(), ...values } })
      await client.call('create_app', { app })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('a deploy that needs one says so before anything changes, and names the call', async () => {
      const { image } = await client.call<{ image: string }>('build_image', { app })
      await client.call('push_image', { image })
      const request = { app, image, required_secrets: ['GREETING'] }
      const error = await client.fail('deploy_image', request)
      expect(error).toMatchObject({ code: 'secret_missing', stage: 'deploy' })
      expect(error.next.map(({ tool }) => tool)).toEqual(['set_secrets', 'deploy_image'])
      for (const { tool, arguments: args } of error.next) await client.call(tool, args)
      const body = { app, expect_text: `it is ${secret}` }
      expect(await client.call('check_health', body)).toMatchObject({ verdict: 'healthy' })
    })

    test('from a file, the machines start again with them', async () => {
      const set = { app, names: ['GREETING'], from: 'file', file: '.env' }
      const isSet = { set: ['GREETING'], verdict: 'healthy' }
      expect(await client.call('set_secrets', set)).toMatchObject(isSet)
      const body = { app, expect_text: `${secret} of a file`, timeout: '20s' }
      expect(await client.call('check_health', body)).toMatchObject({ verdict: 'healthy' })
    })

    test('that cure a crash loop end in the verdict of what runs with them', async () => {
      const needy = uniqueName('needy')
      await project.write('Dockerfile', needing)
      await client.call('create_app', { app: needy })
      const { image } = await client.call<{ image: string }>('build_image', { app: needy })
      await client.call('push_image', { image })
      await client.fail('deploy_image', { app: needy, image, wait_timeout: '10s' })
      const crashing = await client.call<Judged>('check_health', { app: needy })
      expect(crashing.verdict).toBe('unhealthy')
      expect(crashing.reasons.join(' ')).toContain('NEEDED is missing')
      const wrong = { app: needy, names: ['OTHER'], from: 'file', file: '.env' }
      const error = await client.fail('set_secrets', wrong)
      expect(error).toMatchObject({ code: 'unhealthy' })
      expect(error.next[0]?.tool).toBe('get_logs')
      expect(error.text).toContain('are set and its machines started again, but it is unhealthy')
      expect(error.text).toContain('NEEDED is missing')
      const right = { app: needy, names: ['NEEDED'], from: 'env' }
      const cured = await client.call<Judged>('set_secrets', right)
      expect(cured).toMatchObject({ set: ['NEEDED'], verdict: 'healthy' })
      expect(cured.reasons.join(' ')).not.toContain('ended by itself')
    })

    test('that are nowhere are refused by their names', async () => {
      const missing = { app, names: ['GREETING', 'NOWHERE'], from: 'env' }
      const error = await client.fail('set_secrets', missing)
      expect(error).toMatchObject({ code: 'invalid_input', who: 'human' })
      expect(error.text).toContain('NOWHERE')
      expect(error.text).not.toContain(secret)
    })

    test('stand in no log, no toml and no journal', async () => {
      const journal = await readFile(join(scratch(), 'state', 'journal.jsonl'), 'utf8')
      expect(journal).toContain('set_secrets')
      const toml = await readFile(join(project.root, `fly-${app}.toml`), 'utf8')
      for (const text of [client.log(), journal, toml]) expect(text).not.toContain(secret)
    })
  })
})
