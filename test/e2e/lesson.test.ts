import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Progress } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'

interface Built {
  readonly image: string
  readonly tag: string
  readonly commit: string
  readonly dirty: boolean
  readonly image_id: string
  readonly warnings: readonly { readonly code: string }[]
}

interface Pushed {
  readonly digest: string
  readonly image_by_digest: string
  readonly verified: boolean
  readonly auth: string
  readonly layers: { readonly pushed: number; readonly existing: number }
}

interface Deployed {
  readonly release: number
  readonly verdict: string
  readonly digest: string
  readonly config_path: string
  readonly config_from: string
  readonly machines: readonly { readonly id: string; readonly image_digest: string }[]
  readonly url: string
}

interface Health {
  readonly verdict: string
  readonly reasons: readonly string[]
  readonly release: number
  readonly probe: { readonly status: number; readonly body_excerpt: string }
}

interface Releases {
  readonly releases: readonly {
    readonly version: number
    readonly status: string
    readonly image: string
    readonly tag: string
    readonly current: boolean
  }[]
}

describe.each(flyctls)('the lesson with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('a commit becomes a healthy app', () => {
    const app = uniqueName('lesson')
    let project: Project
    let client: TestClient
    let built: Built
    let pushed: Pushed

    beforeAll(async () => {
      project = await createProject('hello')
      // Of layers that two builds make at once, the legacy builder's cache takes the newer one: the image id changes.
      await project.write('www/only-here', app)
      await project.git('add', '--all')
      await project.git('commit', '--quiet', '--message', 'Share no layer with other tests')
      // The docker that users of this machine get.
      client = await connectClient({ root: project.root, env: { ...env(), FLYOPS_DOCKER: '' } })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('create_app makes the app, and finds it the second time', async () => {
      expect(await client.call('create_app', { app })).toMatchObject({ app, created: true })
      expect(await client.call('create_app', { app })).toMatchObject({ app, created: false })
    })

    test('build_image tags the image with the commit', async () => {
      const progress: Progress[] = []
      built = await client.call<Built>(
        'build_image',
        { app },
        { onProgress: (each) => progress.push(each) },
      )
      expect(built).toMatchObject({
        status: 'done',
        tag: await project.git('rev-parse', '--short', 'HEAD'),
        commit: await project.git('rev-parse', 'HEAD'),
        dirty: false,
        architecture: 'amd64',
      })
      expect(built.image).toMatch(new RegExp(`/${app}:${built.tag}$`))
      expect(progress.length).toBeGreaterThan(0)
    })

    test('the same content built twice has the same image id', async () => {
      expect((await client.call<Built>('build_image', { app })).image_id).toBe(built.image_id)
    })

    test('push_image verifies the digest, and pushes nothing twice', async () => {
      pushed = await client.call<Pushed>('push_image', { image: built.image })
      expect(pushed).toMatchObject({ status: 'done', verified: true, auth: 'fresh' })
      expect(pushed.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
      const again = await client.call<Pushed>('push_image', { image: built.image })
      expect(again).toMatchObject({ digest: pushed.digest, layers: { pushed: 0 } })
    })

    test('a dry run shows the toml and writes nothing', async () => {
      const planned = await client.call<Deployed & { dry_run: { toml: string; command: string } }>(
        'deploy_image',
        {
          app,
          image: built.image,
          dry_run: true,
        },
      )
      expect(planned.dry_run.toml).toContain(`image = "${built.image}"`)
      expect(planned.dry_run.command).toContain('flyctl deploy --app')
      expect(await project.git('status', '--porcelain')).toBe('')
    })

    test('deploy_image is judged healthy by evidence, and leaves fly.toml alone', async () => {
      const before = await readFile(join(project.root, 'fly.toml'), 'utf8')
      const deployed = await client.call<Deployed>('deploy_image', { app, image: built.image })
      expect(deployed).toMatchObject({
        status: 'done',
        release: 1,
        verdict: 'healthy',
        digest: pushed.digest,
        config_path: `fly-${app}.toml`,
        config_from: 'fly.toml',
      })
      expect(deployed.machines.map(({ image_digest }) => image_digest)).toEqual([pushed.digest])
      expect(await readFile(join(project.root, 'fly.toml'), 'utf8')).toBe(before)
      const written = await readFile(join(project.root, `fly-${app}.toml`), 'utf8')
      expect(written).toMatch(/^# written by flyops from fly\.toml/)
    })

    test('the toml that flyops wrote does not make the context dirty', async () => {
      expect(await client.call('build_image', { app })).toMatchObject({
        dirty: false,
        image_id: built.image_id,
      })
    })

    test('check_health sees the answer from outside', async () => {
      const health = await client.call<Health>('check_health', { app, expect_image: built.image })
      expect(health).toMatchObject({
        verdict: 'healthy',
        release: 1,
        probe: { status: 200, body_excerpt: 'Health Ok!' },
      })
    })

    test('check_health names the path that a redirect leads to', async () => {
      const health = await client.call<Health>('check_health', { app, path: '/' })
      expect(health.verdict).toBe('unhealthy')
      expect(health.reasons.join()).toContain('/static/')
    })

    test('the next commit replaces the machines, and the releases show both', async () => {
      await project.write('www/static/news.html', 'news\n')
      await project.git('add', '--all', '.')
      await project.git('commit', '--quiet', '--message', 'Add news')
      const { image } = await client.call<Built>('build_image', { app })
      await client.call('push_image', { image })
      expect(await client.call('deploy_image', { app, image })).toMatchObject({
        release: 2,
        verdict: 'healthy',
      })
      const { releases } = await client.call<Releases>('list_releases', { app })
      expect(releases.map(({ version, image: each, current }) => [version, each, current])).toEqual(
        [
          [2, image, true],
          [1, built.image, false],
        ],
      )
    })

    test('an older image is the way back', async () => {
      expect(await client.call('deploy_image', { app, image: built.image })).toMatchObject({
        release: 3,
        verdict: 'healthy',
        digest: pushed.digest,
      })
    })

    test('the same image goes by its digest to a second app, and the first is untouched', async () => {
      const second = uniqueName('lesson-two')
      await client.call('create_app', { app: second })
      expect(
        await client.call('deploy_image', { app: second, image: pushed.image_by_digest }),
      ).toMatchObject({
        release: 1,
        verdict: 'healthy',
        digest: pushed.digest,
      })
      expect(await client.call('check_health', { app })).toMatchObject({
        release: 3,
        verdict: 'healthy',
      })
    })

    test('the log holds one JSON line for every child, without the token', async () => {
      const lines = client
        .log()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { argv?: string[] })
      const programs = new Set(lines.map(({ argv = [] }) => argv[0]?.split('/').at(-1)))
      expect([...programs]).toEqual(expect.arrayContaining(['docker']))
      expect(client.log()).not.toContain(env().FLY_API_TOKEN)
    })
  })
})
