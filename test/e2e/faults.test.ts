import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { mainScript } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

function fault(...args: readonly string[]) {
  const state = join(inject('scratch'), 'sandbox')
  return execa(process.execPath, [mainScript, 'sandbox', 'fault', ...args, '--state', state])
}

describe.each(flyctls)('when Fly has faults, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('flyops gets through, or says what is wrong', () => {
    const app = uniqueName('faults')
    let project: Project
    let client: TestClient
    let image: string

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
      await client.call('create_app', { app })
      image = (await client.call<{ image: string }>('build_image', { app })).image
    })
    afterEach(() => fault('clear'))
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('a registry that refuses the login gets a new one', async () => {
      await fault('add', 'registry', 'status', '--status', '401', '--times', '2')
      expect(await client.call('push_image', { image })).toMatchObject({
        auth: 'renewed',
        verified: true,
      })
    })

    test('a registry that fails says so, and once more is enough', async () => {
      await fault('add', 'registry', 'status', '--status', '500', '--times', '1')
      expect(await client.fail('push_image', { image })).toMatchObject({
        code: 'push_refused',
        retry: 'once',
      })
      expect(await client.call('push_image', { image })).toMatchObject({ verified: true })
    })

    test('a token that the API refuses', async () => {
      await fault('add', 'api', 'status', '--status', '401')
      expect(await client.fail('list_releases', { app })).toMatchObject({
        code: 'not_authenticated',
      })
    })

    test('a lease that somebody else holds for a few seconds only delays the next deploy', async () => {
      await client.call('deploy_image', { app, image })
      await fault('add', 'api', 'lease', '--seconds', '3')
      expect(await client.call('deploy_image', { app, image })).toMatchObject({
        verdict: 'healthy',
      })
    })

    test('a rate limit on book-keeping does not hide a healthy roll-out', async () => {
      await fault(
        'add',
        'api',
        'status',
        '--status',
        '429',
        '--path',
        '/releases/',
        '--method',
        'PATCH',
        '--nth',
        '2',
      )
      expect(await client.call('deploy_image', { app, image })).toMatchObject({
        verdict: 'healthy',
      })
    })
  })
})
