import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Promoted {
  readonly status: string
  readonly digest: string
  readonly results: readonly { readonly app: string; readonly status: string }[]
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

function statuses({ results }: Promoted): object {
  return Object.fromEntries(results.map(({ app, status }) => [app, status]))
}

describe.each(flyctls)('promote_image, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('deploys one digest to several apps', () => {
    const source = uniqueName('from')
    const [first, second, third, missing] = ['a', 'b', 'c', 'd'].map((stem) => uniqueName(stem))
    let project: Project
    let client: TestClient
    let image: string

    beforeAll(async () => {
      project = await createProject('hello')
      client = await connectClient({ root: project.root, env: { ...env(), PASSWORD: 'hush' } })
      const shipped = { app: source, env: { COLOUR: 'blue' }, interval: '15s', skip_test: true }
      ;({ image } = await client.call<{ image: string }>('ship', shipped))
      for (const app of [first, second, third]) await client.call('create_app', { app })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('after a plan that shows which names an app lacks', async () => {
      const secret = { app: source, names: ['PASSWORD'], from: 'env', stage: true }
      await client.call('set_secrets', secret)
      const plan = await client.call<Promoted>('promote_image', {
        from_app: source,
        apps: [first],
        plan_only: true,
      })
      expect(plan).toMatchObject({
        image,
        results: [{ app: first, status: 'planned', names_missing: ['PASSWORD'] }],
      })
      expect(await client.call('list_releases', { app: first })).toMatchObject({ releases: [] })
    })

    test('one first, then waves that stop where one fails; what is left goes on with next', async () => {
      const apps = [first, second, missing, third]
      const part = await client.call<Promoted>('promote_image', { image, apps, wave_size: 2 })
      expect(part.status).toBe('partly_done')
      expect(statuses(part)).toEqual({
        [`${first}`]: 'deployed',
        [`${second}`]: 'deployed',
        [`${missing}`]: 'failed',
        [`${third}`]: 'not_started',
      })
      expect(part.results[2]).toMatchObject({ code: 'app_not_found' })

      await client.call('create_app', { app: missing })
      const [next] = part.next
      const rest = await client.call<Promoted>('promote_image', { ...next?.arguments })
      expect(rest).toMatchObject({ status: 'done', next: [] })
      expect(statuses(rest)).toEqual({ [`${missing}`]: 'deployed', [`${third}`]: 'deployed' })

      for (const app of apps) {
        const seen = await client.call('check_health', { app, expect_image: image })
        expect(seen).toMatchObject({ verdict: 'healthy', release: 1 })
      }
    })

    test('with the settings of the app that it comes from', async () => {
      const toml = await readFile(join(project.root, `fly-${first}.toml`), 'utf8')
      expect(toml).toContain(`app = '${first}'`)
      expect(toml).toMatch(/COLOUR = ['"]blue['"]/)
      expect(toml).toMatch(/interval = ['"]15s['"]/)
    })

    test('and skips those that run it already', async () => {
      const again = await client.call<Promoted>('promote_image', { image, apps: [first, second] })
      expect(statuses(again)).toEqual({ [`${first}`]: 'skipped', [`${second}`]: 'skipped' })
    })

    test('is an error where no app takes it', async () => {
      const error = await client.fail('promote_image', { image, apps: [uniqueName('nobody')] })
      expect(error).toMatchObject({ code: 'app_not_found' })
    })
  })
})
