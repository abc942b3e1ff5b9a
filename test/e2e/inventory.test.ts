import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Images {
  readonly images: readonly { readonly image: string; readonly commit?: string }[]
}

describe.each(flyctls)('what there is, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('after two commits', () => {
    const app = uniqueName('inventory')
    const preview = uniqueName('preview')
    let project: Project
    let client: TestClient
    let first: string
    let second: string

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: env() })
      const ship = (name: string) =>
        client.call<{ image: string }>('ship', { app: name, skip_test: true })
      first = (await ship(app)).image
      await project.write('www/version', 'second\n')
      await project.git('add', 'www')
      await project.git('commit', '--message', 'Change something')
      second = (await ship(app)).image
      await client.call('build_image', { app: preview })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('list_images tells which commit is where, and runs where', async () => {
      const { images } = await client.call<Images>('list_images', { app })
      const commit = await project.git('rev-parse', 'HEAD')
      expect(images).toMatchObject([
        {
          image: second,
          commit,
          local: true,
          registry: 'there',
          deployed_in: [{ app, release: 2 }],
        },
        { image: first, local: true, registry: 'there', deployed_in: [] },
      ])
      expect(await client.call('list_images', { app: preview })).toMatchObject({
        images: [{ registry: 'never_pushed', deployed_in: [] }],
        total: 1,
      })
    })

    test('both lists leave out the apps that --apps does', async () => {
      const limited = await connectClient({
        root: project.root,
        env: env(),
        args: ['--apps', preview],
      })
      expect(await limited.call('list_images', {})).toMatchObject({
        images: [{ registry: 'never_pushed' }],
        total: 1,
      })
      expect(await limited.call('list_apps', {})).toMatchObject({ apps: [], total: 0 })
      await limited.close()
    })

    test('list_apps tells what each app runs', async () => {
      const { apps } = await client.call<{ apps: readonly { app: string }[] }>('list_apps', {
        match: app,
      })
      expect(apps.find((each) => each.app === app)).toMatchObject({ release: 2, image: second })
    })

    test('destroy_app wants the name once more where nobody can be asked', async () => {
      for (const confirm of [undefined, 'yes', `${app}x`]) {
        expect(await client.fail('destroy_app', { app, confirm })).toMatchObject({
          code: 'not_confirmed',
          who: 'ask',
        })
      }
      expect(await client.call('check_health', { app })).toMatchObject({ verdict: 'healthy' })
    })

    test('and asks the person where the client can, whatever the caller confirms', async () => {
      const asked: string[] = []
      const answers = [
        { action: 'decline' },
        { action: 'accept', content: { typed: app } },
      ] as const
      const asking = await connectClient({
        root: project.root,
        env: env(),
        capabilities: { elicitation: {} },
      })
      asking.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(params.message)
        return { ...(answers[asked.length - 1] ?? { action: 'cancel' }) }
      })
      const call = { app, confirm: app }
      expect(await asking.fail('destroy_app', call)).toMatchObject({ code: 'not_confirmed' })
      expect(await asking.call('destroy_app', call)).toMatchObject({
        destroyed: true,
        machines: 1,
        config_removed: `fly-${app}.toml`,
      })
      expect(asked[0]).toContain(app)
      await asking.close()
      await expect(access(join(project.root, `fly-${app}.toml`))).rejects.toThrow()
      await access(join(project.root, 'fly.toml'))
      expect(await client.fail('check_health', { app })).toMatchObject({ code: 'app_not_found' })
      expect(await client.fail('destroy_app', { app, confirm: app })).toMatchObject({
        code: 'app_not_found',
      })
    })
  })
})
