import { chmod, chown, readdir, rm, stat, symlink } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { gitEnv, repoAt } from '../support/temp-repo.js'
import { beside, describeRepo, repo, useRepo } from './support.js'

useRepo()

describe('the commit', () => {
  test('is named with its date in UTC and the origin without credentials', async () => {
    await repo.git('remote', 'add', 'origin', 'https://user:pass@example.com/org/repo.git')
    expect(await describeRepo(repo)).toEqual({
      root: repo.root,
      commit: await repo.git('rev-parse', 'HEAD'),
      shortCommit: await repo.git('rev-parse', '--short', 'HEAD'),
      committedAt: '2024-05-06T05:08:09Z',
      sourceUrl: 'https://example.com/org/repo.git',
      dirtyPaths: [],
      dirtyDigest: undefined,
      unfilteredPaths: [],
      ignoredPaths: [],
      lfsPointers: [],
      deployConfigs: [],
      contentDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('is HEAD where HEAD is detached', async () => {
    const first = await repo.git('rev-parse', 'HEAD')
    await repo.write('a', 'a')
    await repo.commitAll()
    await repo.git('checkout', '--quiet', '--detach', first)
    expect(await describeRepo(repo)).toMatchObject({ commit: first, dirtyPaths: [] })
  })

  test('is read in a work tree of its own and in a shallow clone', async () => {
    await repo.write('a', 'a')
    await repo.commitAll()
    const commit = await repo.git('rev-parse', 'HEAD')
    await repo.git('worktree', 'add', '--quiet', beside.at('tree'), '-b', 'other')
    await beside.git('clone', '--quiet', '--depth=1', `file://${repo.root}`, 'shallow')
    for (const name of ['tree', 'shallow']) {
      const state = await describeRepo(repoAt(beside.at(name)))
      expect(state).toMatchObject({ root: beside.at(name), commit, sourceUrl: undefined })
    }
  })

  test('is found from a subfolder and through a symbolic link', async () => {
    await repo.write('app/Dockerfile', 'FROM scratch\n')
    await repo.commitAll()
    await repo.write('app/new', 'x')
    await symlink(repo.at('app'), beside.at('link'))
    const state = await describeRepo(repo, {
      context: beside.at('link'),
      dockerfile: beside.at('link/Dockerfile'),
    })
    expect(state).toMatchObject({ root: repo.root, dirtyPaths: ['new'] })
  })

  test('is that of the context, whatever repository the environment names', async () => {
    await beside.git('init', '--quiet')
    const env = {
      ...gitEnv,
      GIT_DIR: beside.at('.git'),
      GIT_WORK_TREE: '/',
      EDITOR: 'vi',
      PAGER: 'less',
    }
    expect(await describeRepo(repo, { env })).toMatchObject({ root: repo.root, dirtyPaths: [] })
  })

  test('is read without writing to the repository', async () => {
    const index = async () => (await stat(repo.at('.git/index'))).mtimeMs
    const [before, files] = [await index(), await readdir(repo.at('.git'))]
    await repo.write('Dockerfile', 'FROM scratch\n')
    await describeRepo(repo)
    expect([await index(), await readdir(repo.at('.git'))]).toEqual([before, files])
  })
})

describe('what cannot be described', () => {
  test('a folder outside any repository', async () => {
    await expect(describeRepo(beside)).rejects.toMatchObject({
      code: 'not_a_git_repo',
      stage: 'preflight',
      message: expect.stringContaining(beside.root),
      remedy: expect.stringContaining('git init'),
    })
  })

  test('a bare repository', async () => {
    await beside.git('init', '--quiet', '--bare')
    await expect(describeRepo(beside)).rejects.toMatchObject({
      code: 'not_a_git_repo',
      message: expect.stringContaining('is a git directory, or lies in one'),
      remedy: expect.stringContaining('another folder'),
    })
  })

  test('a repository of which files are missing', async () => {
    const tree = await repo.git('rev-parse', 'HEAD^{tree}')
    await rm(repo.at(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`))
    await expect(describeRepo(repo)).rejects.toMatchObject({
      code: 'source_unavailable',
      remedy: expect.stringContaining('git fetch --refetch'),
      evidence: expect.stringContaining('bad tree object'),
    })
  })

  test('a git that waits for ever, once nobody waits for it', async () => {
    await beside.write('bin/git', '#!/bin/sh\nexec sleep 600\n')
    await chmod(beside.at('bin/git'), 0o755)
    const env = { ...gitEnv, PATH: `${beside.at('bin')}:${gitEnv.PATH}` }
    const signal = AbortSignal.timeout(200)
    await expect(describeRepo(repo, { env, signal })).rejects.toThrow()
  })

  test('a repository without commits', async () => {
    await beside.git('init', '--quiet')
    await expect(describeRepo(beside)).rejects.toMatchObject({
      code: 'no_commits',
      stage: 'preflight',
      remedy: expect.stringContaining('git commit'),
    })
  })

  test.skipIf(process.getuid?.() !== 0)('a repository of another user', async () => {
    await chown(repo.root, 12_345, 12_345)
    await chown(repo.at('.git'), 12_345, 12_345)
    await expect(describeRepo(repo)).rejects.toMatchObject({
      code: 'not_a_git_repo',
      message: expect.stringContaining('another user'),
      remedy: expect.stringContaining(`safe.directory ${repo.root}`),
    })
  })

  test('anything where git is not installed', async () => {
    await expect(describeRepo(repo, { env: { PATH: beside.root } })).rejects.toMatchObject({
      code: 'git_missing',
      stage: 'preflight',
      message: 'git was not found.',
      remedy: expect.stringContaining('Install git'),
    })
  })

  test('a git that is killed, which is no clean work tree', async () => {
    await repo.write('new', 'x')
    await beside.write('bin/git', killedAtStatus(gitEnv.PATH))
    await chmod(beside.at('bin/git'), 0o755)
    const env = { ...gitEnv, PATH: `${beside.at('bin')}:${gitEnv.PATH}` }
    await expect(describeRepo(repo, { env })).rejects.toMatchObject({ code: 'unknown_failure' })
  })
})

function killedAtStatus(path: string | undefined): string {
  return `#!/bin/sh\n[ "$1" = status ] && kill -9 $$\nPATH='${path}' exec git "$@"\n`
}
