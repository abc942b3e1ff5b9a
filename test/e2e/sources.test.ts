import { basename, dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { type GitServer, startGitServer } from '../support/git-server.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

interface Built {
  readonly tag: string
  readonly commit: string
  readonly dirty: boolean
  readonly image_id: string
}

describe('building a commit that is not the work tree', () => {
  const app = uniqueName('source')
  const clients: TestClient[] = []
  let project: Project
  let server: GitServer
  let first: Built

  beforeAll(async () => {
    project = await createProject('hello')
    server = await startGitServer(dirname(project.root))
    first = await (await connect()).call<Built>('build_image', { app })
    await project.write('www/index.html', 'A second page\n')
    await project.git('add', '--all')
    await project.git('commit', '--quiet', '--message', 'Second page')
    await project.write('www/index.html', 'Not committed\n')
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
  })
  afterAll(async () => {
    await server.close()
    await project.remove()
  })

  async function connect(more: Record<string, string> = {}): Promise<TestClient> {
    const client = await connectClient({ root: project.root, env: { ...sandboxEnv(), ...more } })
    clients.push(client)
    return client
  }

  const git_url = () => `${server.url}/${basename(project.root)}/.git`

  test('an older one of the repository gives the image that it gave then', async () => {
    const client = await connect()
    const again = await client.call<Built>('build_image', { app, ref: 'HEAD' })
    expect(again.dirty).toBe(false)
    const before = await project.git('status', '--porcelain')
    const older = await client.call<Built>('build_image', { app, ref: first.commit })
    expect(older).toMatchObject({ tag: first.tag, commit: first.commit, image_id: first.image_id })
    expect(await project.git('status', '--porcelain')).toBe(before)
  })

  test('one of a repository elsewhere, on a host that is allowed', async () => {
    const client = await connect({ FLYOPS_GIT_HOSTS: new URL(server.url).host })
    const source = { git_url: git_url(), ref: first.commit }
    const built = await client.call<Built>('build_image', { app, source })
    expect(built).toMatchObject({ commit: first.commit, dirty: false })
  })

  test.each([
    ['a host that nobody allowed', { git_url: 'https://git.example/a/b', ref: 'main' }],
    ['credentials in the URL', { git_url: 'https://joe:secret@github.com/a/b', ref: 'main' }],
    ['another protocol', { git_url: 'file:///etc', ref: 'main' }],
    [
      'a ref that would be an option',
      { git_url: 'https://github.com/a/b', ref: '--upload-pack=x' },
    ],
  ])('is refused for %s', async (_name, source) => {
    const error = await (await connect()).fail('build_image', { app, source })
    expect(error.code).toBe('invalid_input')
    expect(error.text).not.toContain('joe:secret')
  })

  test('a context that leads out of the commit is refused', async () => {
    const error = await (await connect()).fail('build_image', {
      app,
      ref: first.commit,
      context: '..',
    })
    expect(error.code).toBe('invalid_input')
  })
})
