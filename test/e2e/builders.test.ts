import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

interface Built {
  readonly image: string
  readonly image_id: string
  readonly steps: { readonly total: number; readonly cached: number }
  readonly warnings: readonly { readonly code: string; readonly text: string }[]
}

/** Two generations of docker, where both are installed: what comes first on PATH, and Debian's. */
const dockers = ['docker', '/usr/bin/docker'].map((program) => ({
  program,
  isThere: program === 'docker' || existsSync(program),
}))

describe.each(dockers)('building with $program', ({ program, isThere }) => {
  describe.skipIf(!isThere)('on a real engine', () => {
    const app = uniqueName('builds')
    let project: Project
    let client: TestClient

    beforeAll(async () => {
      project = await createProject('hello')
      // Of layers that two builds make at once, the legacy builder's cache takes the newer one: the image id changes.
      await project.write('www/only-here', app)
      await project.git('add', '--all')
      await project.git('commit', '--quiet', '--message', 'Share no layer with other tests')
      const FLYOPS_DOCKER = program === 'docker' ? '' : program
      client = await connectClient({ root: project.root, env: { ...sandboxEnv(), FLYOPS_DOCKER } })
    })
    afterAll(async () => {
      await client?.close()
      await project?.remove()
    })

    test('the image carries the commit, its date and its source, and no clock', async () => {
      await project.git('remote', 'add', 'origin', 'https://joe:secret@example.com/hello.git')
      const { image, image_id } = await client.call<Built>('build_image', { app })
      const { stdout } = await execa(
        'docker',
        ['image', 'inspect', '--format', '{{json .Config.Labels}}', image],
        {
          env: sandboxEnv(),
        },
      )
      expect(JSON.parse(stdout)).toEqual({
        'flyops.inputs': expect.stringMatching(/^[0-9a-f]{64}$/),
        'org.opencontainers.image.revision': await project.git('rev-parse', 'HEAD'),
        'org.opencontainers.image.source': 'https://example.com/hello.git',
        'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      })
      expect((await client.call<Built>('build_image', { app })).image_id).toBe(image_id)
    })

    test('a toml that flyops wrote does not enter the image', async () => {
      await project.write('Dockerfile', 'FROM busybox\nCOPY . /all\nCMD ["true"]\n')
      await project.git('commit', '--quiet', '--all', '--message', 'Copy everything')
      const before = await client.call<Built>('build_image', { app })
      await project.write(
        `fly-${app}.toml`,
        '# written by flyops from fly.toml; the original is unchanged\n',
      )
      expect(await client.call<Built>('build_image', { app })).toMatchObject({
        dirty: false,
        image_id: before.image_id,
      })
    })

    test('a dirty context has a tag of its own, the same for the same content', async () => {
      await project.write('www/info', 'Changed\n')
      const first = await client.call<Built>('build_image', { app })
      expect(first.image).toMatch(/:[0-9a-f]{7,}-dirty-[0-9a-f]{8}$/)
      expect(first.warnings).toContainEqual(expect.objectContaining({ code: 'dirty_context' }))
      expect((await client.call<Built>('build_image', { app })).image).toBe(first.image)
      await project.write('www/info', 'Changed again\n')
      expect((await client.call<Built>('build_image', { app })).image).not.toBe(first.image)
      const tag = await project.git('rev-parse', '--short', 'HEAD')
      expect(await client.fail('build_image', { app, tag })).toMatchObject({
        code: 'invalid_input',
      })
      await project.git('checkout', '--quiet', '--', 'www/info')
    })

    test('ignored files that enter the image are named, .env first', async () => {
      await project.write('.gitignore', 'a.log\n.env\n')
      await project.git('add', '.gitignore')
      await project.git('commit', '--quiet', '--message', 'Ignore')
      await project.write('a.log', 'x')
      await project.write('.env', 'TOKEN=x')
      const { warnings } = await client.call<Built>('build_image', { app })
      const warning = warnings.find(({ code }) => code === 'ignored_files_sent')
      expect(warning?.text).toContain('.env, a.log')
    })

    test('files that a filter did not convert are named, and pointers of LFS', async () => {
      const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
      await project.write('.gitattributes', '*.bin filter=lfs\n*.rot filter=rot\n')
      await project.write('a.bin', pointer)
      await project.write('a.rot', 'nop')
      await project.git('add', '.gitattributes', 'a.bin', 'a.rot')
      await project.git('commit', '--quiet', '--message', 'Filter')
      await project.git('config', 'filter.rot.clean', 'tr a-z n-za-m')
      await project.write('a.rot', 'abc')
      const { warnings } = await client.call<Built>('build_image', { app })
      const textOf = (wanted: string) => warnings.find(({ code }) => code === wanted)?.text
      expect(textOf('lfs_pointers_sent')).toContain(': a.bin.')
      expect(textOf('filter_not_run')).toContain(': a.rot.')
      await project.git('rm', '--quiet', '--force', 'a.bin', 'a.rot')
      await project.git('commit', '--quiet', '--message', 'Do not filter')
    })

    test('a failing step is shown with its output', async () => {
      await project.write('Dockerfile', 'FROM busybox\nRUN echo "cannot find lodash" && exit 7\n')
      const error = await client.fail('build_image', { app })
      expect(error).toMatchObject({ code: 'build_failed', stage: 'build' })
      expect(error.evidence).toContain('cannot find lodash')
    })

    test('build arguments reach the build, also ones that look like flags', async () => {
      await project.write('Dockerfile', 'FROM busybox\nARG NOTE\nRUN test "$NOTE" = "--help me"\n')
      const { warnings } = await client.call<Built>('build_image', {
        app,
        build_args: { NOTE: '--help me', API_TOKEN: 'x' },
      })
      expect(warnings).toContainEqual(expect.objectContaining({ code: 'build_arg_in_history' }))
    })
  })
})
