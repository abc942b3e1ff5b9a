import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

interface Planned {
  readonly plan_id: string
  readonly plan: {
    readonly toml: string
    readonly toml_from: string
    readonly command: string
    readonly machines: { readonly created: number; readonly replaced: number }
  }
}

interface Promoted {
  readonly results: readonly [
    {
      readonly toml?: string
      readonly command?: string
      readonly settings?: readonly string[]
      readonly changes?: readonly string[]
    },
  ]
}

interface Shipped {
  readonly verdict: string
  readonly image: string
}

describe.each(flyctls)(
  'what a plan shows is done, byte for byte, with $name',
  ({ isThere, env }) => {
    describe.skipIf(!isThere)('also where somebody edits fly.toml meanwhile', () => {
      let project: Project
      let client: TestClient
      let seen: string
      const app = uniqueName('planned')

      beforeAll(async () => {
        project = await createProject('hello')
        seen = join(scratch(), app)
        await mkdir(seen)
        const wrapper = {
          FLYOPS_FLYCTL: fixtureProgram('flyctl-with-a-busy-editor'),
          WRAPPED_FLYCTL: env().FLYOPS_FLYCTL ?? '',
          EDITED: join(project.root, 'fly.toml'),
          EDIT: '# and so on',
          SEEN: seen,
        }
        client = await connectClient({ root: project.root, env: { ...env(), ...wrapper } })
      })
      afterAll(async () => {
        await client?.close()
        await project?.remove()
      })

      const planned = (more: object) =>
        client.call<Planned>('ship', { ...more, plan_only: true, details: true })
      const seenBy = (name: string) => readFile(join(seen, name), 'utf8')

      /** With the toml as plans name it. */
      const commandSeen = async () =>
        (await seenBy('command')).trim().replace(`${project.root}/`, '')

      /** Ships by that plan, and compares it with what flyctl was given. */
      async function shipExactly(request: object): Promise<Planned & Shipped> {
        const plan = await planned(request)
        const { plan_id } = plan
        const shipped = await client.call<Shipped>('ship', { ...request, plan_id })
        expect(shipped).toMatchObject({ verdict: 'healthy' })
        expect(await seenBy('config.toml')).toBe(plan.plan.toml)
        expect(await seenBy('deploy.toml')).toBe(plan.plan.toml)
        expect(await commandSeen()).toBe(plan.plan.command)
        return { ...plan, ...shipped }
      }

      test('of the work tree', async () => {
        const { plan } = await shipExactly({ app, env: { COLOUR: 'blue' }, skip_test: true })
        expect(plan.toml).not.toContain('# and so on')
        expect(await readFile(join(project.root, 'fly.toml'), 'utf8')).toContain('# and so on')
      })

      test('of another commit: its own fly.toml counts, not the one in the work tree', async () => {
        const toml = await project.git('show', 'HEAD:fly.toml')
        await project.write('fly.toml', toml.replace("GREETING = 'hello'", "GREETING = 'later'"))
        const other = uniqueName('planned-ref')
        const { plan } = await shipExactly({ app: other, ref: 'HEAD', skip_test: true })
        expect(plan.toml_from).toBe('fly.toml')
        expect(plan.toml).toMatch(/GREETING = ['"]hello['"]/)
        const { plan: after } = await planned({ app: uniqueName('planned-tree') })
        expect(after.toml).toMatch(/GREETING = ['"]later['"]/)
      })

      test('of a promotion', async () => {
        const target = uniqueName('planned-to')
        await client.call('create_app', { app: target })
        const promotion = { from_app: app, apps: [target], copy_env: true }
        const plan = await client.call<Promoted>('promote_image', {
          ...promotion,
          plan_only: true,
          details: true,
        })
        const promoted = await client.call<Promoted>('promote_image', promotion)
        const [{ toml, command, settings: _settings, changes: _changes, ...shown }] = plan.results
        expect(promoted.results).toMatchObject([{ ...shown, status: 'deployed' }])
        expect(toml).toContain('COLOUR')
        expect(await seenBy('config.toml')).toBe(toml)
        expect(await seenBy('deploy.toml')).toBe(toml)
        expect(await commandSeen()).toBe(command)
      })
    })
  },
)
