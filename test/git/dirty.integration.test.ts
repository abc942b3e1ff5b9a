import { chmod, mkdir, rm, symlink, utimes } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createTempRepo, repoAt, type TempRepo } from '../support/temp-repo.js'
import { beside, describeRepo, repo, useRepo } from './support.js'

useRepo()

async function dirtyPaths(overrides?: Parameters<typeof describeRepo>[1]) {
  return (await describeRepo(repo, overrides)).dirtyPaths
}

async function addSubmodule(): Promise<TempRepo> {
  await beside.git('init', '--quiet')
  await beside.write('a', 'a')
  await beside.commitAll()
  await repo.git('submodule', '--quiet', 'add', beside.root, 'sub')
  await repo.commitAll()
  return repoAt(repo.at('sub'))
}

describe('dirty paths', () => {
  test('are changed, staged, deleted, renamed and untracked ones, sorted', async () => {
    for (const name of ['changed', 'staged', 'deleted', 'old', 'same']) await repo.write(name, name)
    await repo.commitAll()
    await repo.write('changed', '2')
    await repo.write('staged', '2')
    await repo.git('add', 'staged')
    await rm(repo.at('deleted'))
    await repo.git('mv', 'old', 'renamed')
    await repo.write('folder/untracked', 'x')
    expect(await dirtyPaths()).toEqual([
      'changed',
      'deleted',
      'folder/untracked',
      'old',
      'renamed',
      'staged',
    ])
  })

  const hostile = [
    ' leading and trailing ',
    '--help',
    '-rf',
    ':(top)x',
    ':!x',
    '"quoted"',
    '*',
    '[a]',
    '..x',
    'C:x',
    'a -> b',
    'back\\',
    'line\nbreak',
    'tab\t',
    'café',
    'cafe\u0301',
    '日本',
    '$(touch x)',
  ]

  test('have names as they are, however hostile', async () => {
    for (const name of hostile) await repo.write(`in/${name}`, name)
    const paths = hostile.map((name) => `in/${name}`).sort()
    expect(await dirtyPaths()).toEqual(paths)
    await repo.commitAll()
    expect(await dirtyPaths()).toEqual([])
    for (const name of hostile) await rm(repo.at(`in/${name}`))
    expect(await dirtyPaths()).toEqual(paths)
  })

  test.each(hostile)('are found in a context named %j, and not beside it', async (name) => {
    await repo.write(`${name}/Dockerfile`, 'FROM scratch\n')
    await repo.write('x/a', 'a')
    await repo.write('outside', 'a')
    await repo.commitAll()
    await repo.write(`${name}/a`, '2')
    await repo.write('x/a', '2')
    await repo.write('outside', '2')
    const context = repo.at(name)
    expect(await dirtyPaths({ context, dockerfile: `${context}/Dockerfile` })).toEqual(['a'])
  })

  test('lie in the context, but for the Dockerfile and its ignore file', async () => {
    await repo.write('app/a', 'a')
    await repo.write('app2/a', 'a')
    await repo.commitAll()
    await repo.write('app2/a', '2')
    await repo.write('other', 'x')
    const context = repo.at('app')
    expect(await dirtyPaths({ context })).toEqual([])
    await repo.write('Dockerfile', 'FROM scratch\nCOPY . .\n')
    await repo.write('Dockerfile.dockerignore', 'x\n')
    expect(await dirtyPaths({ context })).toEqual(['../Dockerfile', '../Dockerfile.dockerignore'])
  })

  test('are sent, but for the Dockerfile and .dockerignore', async () => {
    await repo.write('.dockerignore', 'a\n')
    await repo.write('unsent', 'x')
    await repo.write('Dockerfile', 'FROM scratch\nCOPY . .\n')
    await repo.write('sub/Dockerfile', 'FROM scratch\n')
    expect(await dirtyPaths({ isSent: () => false })).toEqual(['.dockerignore', 'Dockerfile'])
    expect(await dirtyPaths({ isSent: (path) => path !== 'unsent' })).toEqual([
      '.dockerignore',
      'Dockerfile',
      'sub/Dockerfile',
    ])
  })

  test('have a Dockerfile outside the repository, which no commit holds', async () => {
    await beside.write('Dockerfile', 'FROM scratch\n')
    const dockerfile = beside.at('Dockerfile')
    expect(await dirtyPaths({ dockerfile })).toEqual([
      expect.stringMatching(/^\.\.\/flyops-repo-\w+\/Dockerfile$/),
    ])
  })

  test('have no files that git ignores', async () => {
    await repo.write('.gitignore', 'dist\nDockerfile.*\n')
    await repo.commitAll()
    await repo.write('dist/a', 'x')
    await repo.write('Dockerfile.dockerignore', 'x')
    expect(await dirtyPaths()).toEqual([])
  })

  test('have no settings of a deploy, and every other file', async () => {
    const written = '# written by flyops from fly.toml; the original is unchanged\napp = "x"\n'
    await repo.write('fly-x.toml', written)
    await repo.write('fly-mine.toml', 'app = "mine"\n')
    await repo.write('fly.toml', written)
    await repo.write('fly-empty.toml', '')
    expect(await dirtyPaths()).toEqual(['fly-empty.toml'])
  })

  test('have a submodule that differs from its commit, whatever git is told to ignore', async () => {
    await beside.git('init', '--quiet')
    await beside.write('a', 'a')
    await beside.commitAll()
    await repo.git('submodule', '--quiet', 'add', beside.root, 'sub')
    await repo.git('config', 'submodule.sub.ignore', 'all')
    await repo.commitAll()
    expect(await dirtyPaths()).toEqual([])
    await repo.write('sub/b', 'x')
    await repo.write('new', 'x')
    expect(await dirtyPaths()).toEqual(['new', 'sub/'])
    const inside = repoAt(repo.at('sub'))
    expect((await describeRepo(inside, { dockerfile: inside.at('a') })).dirtyPaths).toEqual(['b'])
    await inside.commitAll()
    await rm(repo.at('new'))
    expect(await dirtyPaths()).toEqual(['sub/'])
  })

  test('have no submodule that is not checked out', async () => {
    await addSubmodule()
    await repo.git('submodule', '--quiet', 'deinit', '--force', 'sub')
    expect(await dirtyPaths()).toEqual([])
  })

  test('have a submodule that is not checked out where files stand in its place', async () => {
    await addSubmodule()
    await repo.git('submodule', '--quiet', 'deinit', '--force', 'sub')
    await repo.write('sub/a', 'a')
    expect(await dirtyPaths()).toEqual(['sub/'])
  })

  test('have no submodule that has no commit yet', async () => {
    const other = await addSubmodule()
    await other.git('checkout', '--quiet', '--orphan', 'new')
    await other.git('rm', '--quiet', '-r', '--force', '.')
    expect(await dirtyPaths()).toEqual([])
  })

  test('are not told where a submodule’s configuration names other files than its own', async () => {
    const { git } = await addSubmodule()
    await git('config', 'core.worktree', beside.root)
    await repo.write('sub/a', '2')
    await expect(dirtyPaths()).rejects.toMatchObject({ code: 'not_a_git_repo' })
  })

  test('have a submodule of a submodule that differs', async () => {
    const deep = await createTempRepo()
    const other = await addSubmodule()
    await other.git('submodule', '--quiet', 'add', deep.root, 'deep')
    await other.commitAll()
    await repo.commitAll()
    expect(await dirtyPaths()).toEqual([])
    await repo.write('sub/deep/Dockerfile', 'FROM busybox\n')
    expect(await dirtyPaths()).toEqual(['sub/'])
    await deep.remove()
  })

  test('have files in conflict', async () => {
    await repo.write('a b', '1')
    await repo.commitAll()
    await repo.git('checkout', '--quiet', '-b', 'other')
    await repo.write('a b', '2')
    await repo.commitAll()
    await repo.git('checkout', '--quiet', 'main')
    await repo.write('a b', '3')
    await repo.commitAll()
    await expect(repo.git('merge', '--quiet', 'other')).rejects.toThrow('CONFLICT')
    expect(await dirtyPaths()).toEqual(['a b'])
  })

  test('are all found where there are thousands', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `many/${'x'.repeat(100)}${index}`)
    await Promise.all(names.map((name) => repo.write(name, '')))
    expect(await dirtyPaths()).toHaveLength(3000)
  })
})

describe('the digest of dirty paths', () => {
  async function digest(of = repo, isSent = (_path: string) => true) {
    return (await describeRepo(of, { isSent })).dirtyDigest
  }

  test('is the same for the same content in another clone, and at another time', async () => {
    await repo.write('gone', 'x')
    await repo.commitAll()
    await beside.git('clone', '--quiet', repo.root, 'clone')
    const clone = repoAt(beside.at('clone'))
    for (const one of [repo, clone]) {
      await one.write('Dockerfile', 'FROM scratch\nCOPY . .\n')
      await one.write('sub/new', 'x')
      await rm(one.at('gone'))
      await symlink('sub/new', one.at('link'))
    }
    await utimes(clone.at('sub/new'), 1, 1)
    expect(await digest(clone)).toMatch(/^[0-9a-f]{8}$/)
    expect(await digest(clone)).toBe(await digest(repo))
  })

  test('differs with path, content, mode, kind and deletion', async () => {
    await repo.write('a', 'b')
    await repo.commitAll()
    const changes = [
      () => repo.write('a', ''),
      () => repo.write('a', 'c'),
      () => chmod(repo.at('a'), 0o755),
      () => rm(repo.at('a')),
      () => symlink('c', repo.at('a')),
      async () => {
        await rm(repo.at('a'))
        await repo.write('b', 'c')
      },
      () => mkdir(repo.at('a')),
    ]
    const digests: unknown[] = []
    for (const change of changes) {
      await change()
      digests.push(await digest())
    }
    // The empty folder in the place of a deleted file is no change: git keeps no folders.
    expect(digests.at(-1)).toBe(digests.at(-2))
    expect(new Set(digests).size).toBe(changes.length - 1)
    expect(digests).not.toContain(undefined)
  })

  test('covers what a changed submodule sends', async () => {
    await addSubmodule()
    expect(await digest()).toBeUndefined()
    await repo.write('sub/a', '2')
    const first = await digest()
    await repo.write('sub/a', '3')
    expect(await digest()).not.toBe(first)
    await repo.write('sub/a', '2')
    expect(await digest()).toBe(first)
  })

  test('covers what a nested repository sends', async () => {
    await repo.write('nested/a', '1')
    await repoAt(repo.at('nested')).git('init', '--quiet')
    const isSent = (path: string) => path !== 'nested/unsent'
    expect((await describeRepo(repo)).dirtyPaths).toEqual(['nested/'])
    const first = await digest(repo, isSent)
    await repo.write('nested/unsent', 'x')
    expect(await digest(repo, isSent)).toBe(first)
    await repo.write('nested/deep/b', 'x')
    expect(await digest(repo, isSent)).not.toBe(first)
  })
})
