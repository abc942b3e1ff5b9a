import { chmod, mkdir, readFile, utimes } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { gitEnv, repoAt } from '../support/temp-repo.js'
import { beside, describeRepo, repo, useRepo } from './support.js'

useRepo()

/** With a configuration of the user's own, and a folder of programs. */
function users(config: string): Promise<typeof gitEnv> {
  return beside.write('gitconfig', config).then(() => ({
    ...gitEnv,
    PATH: `${beside.at('bin')}:${gitEnv.PATH}`,
    GIT_CONFIG_GLOBAL: beside.at('gitconfig'),
  }))
}

async function writeProgram(name: string, script: string): Promise<string> {
  await beside.write(`bin/${name}`, `#!/bin/sh\n${script}\n`)
  await chmod(beside.at(`bin/${name}`), 0o755)
  return beside.at(`bin/${name}`)
}

describe('what a repository says of its files still counts', () => {
  test('how their lines end', async () => {
    await repo.git('config', 'core.autocrlf', 'true')
    await repo.write('a', 'one\r\n')
    await repo.commitAll()
    // Another date makes git compare the content.
    await utimes(repo.at('a'), 1, 1)
    expect((await describeRepo(repo)).dirtyPaths).toEqual([])
  })

  test('that their modes do not count', async () => {
    await repo.git('config', 'core.fileMode', 'false')
    await chmod(repo.at('Dockerfile'), 0o755)
    expect((await describeRepo(repo)).dirtyPaths).toEqual([])
  })

  test('which are ignored, by a file with a strange name', async () => {
    const name = 'ignored "by\\me\n;#'
    await beside.write(name, 'x\n')
    await repo.git('config', 'core.excludesFile', beside.at(name))
    await repo.write('x', '1')
    expect(await describeRepo(repo)).toMatchObject({ dirtyPaths: [], ignoredPaths: ['x'] })
  })

  test('which are ignored, in .git/info', async () => {
    await repo.write('.git/info/exclude', 'x\n')
    await repo.write('x', '1')
    expect(await describeRepo(repo)).toMatchObject({ dirtyPaths: [], ignoredPaths: ['x'] })
  })

  test('which are not checked out', async () => {
    await repo.write('a/b', '1')
    await repo.write('c/d', '1')
    await repo.commitAll()
    for (const sparse of ['--no-sparse-index', '--sparse-index']) {
      await repo.git('sparse-checkout', 'set', '--cone', sparse, 'a')
      expect((await describeRepo(repo)).dirtyPaths).toEqual([])
    }
  })

  test('in an index that is split', async () => {
    await repo.git('update-index', '--split-index')
    await repo.write('new', '1')
    expect((await describeRepo(repo)).dirtyPaths).toEqual(['new'])
  })

  test('with objects of another repository', async () => {
    await beside.git('clone', '--quiet', '--shared', repo.root, 'clone')
    const clone = repoAt(beside.at('clone'))
    const objects = `../../../../${repo.root.split('/').at(-1)}/.git/objects\n`
    await clone.write('.git/objects/info/alternates', objects)
    expect(await describeRepo(clone)).toMatchObject({ root: clone.root, dirtyPaths: [] })
  })

  test('with objects that have longer names', async () => {
    await mkdir(beside.at('long'))
    const long = repoAt(beside.at('long'))
    await long.git('init', '--quiet', '--object-format=sha256')
    await long.write('Dockerfile', 'FROM scratch\n')
    await long.commitAll()
    const { commit, dirtyPaths } = await describeRepo(long)
    expect([commit.length, dirtyPaths]).toEqual([64, []])
  })

  test('with its git directory in another place', async () => {
    await mkdir(beside.at('tree'))
    const tree = repoAt(beside.at('tree'))
    await tree.git('init', '--quiet', `--separate-git-dir=${beside.at('git')}`)
    await tree.write('Dockerfile', 'FROM scratch\n')
    await tree.commitAll()
    expect(await describeRepo(tree)).toMatchObject({ root: tree.root, dirtyPaths: [] })
  })
})

describe('a filter', () => {
  const rot13 = "tr 'a-z' 'n-za-m'"

  async function commitFiltered(attributes: string, stored: string): Promise<void> {
    await repo.write('.gitattributes', attributes)
    await repo.write('a.txt', stored)
    await repo.commitAll()
  }

  test('of the user’s own converts as before', async () => {
    await commitFiltered('*.txt filter=rot\n', 'nop')
    await repo.write('a.txt', 'abc')
    const env = await users(`[filter "rot"]\nclean = ${rot13}\n`)
    expect(await describeRepo(repo, { env })).toMatchObject({ dirtyPaths: [], unfilteredPaths: [] })
  })

  test('of the repository’s own is not run, and the paths that it would convert are named', async () => {
    await commitFiltered('*.txt filter=rot\n', 'nop')
    await repo.git('config', 'filter.rot.clean', rot13)
    await repo.write('a.txt', 'abc')
    await repo.write('b', 'new')
    expect(await describeRepo(repo)).toMatchObject({
      dirtyPaths: ['a.txt', 'b'],
      unfilteredPaths: ['a.txt'],
    })
  })

  test('of LFS is run where the repository alone has it, as LFS installs it', async () => {
    await commitFiltered('*.txt filter=lfs\n', 'nop')
    await writeProgram('git-lfs', `[ "$*" = 'clean -- a.txt' ] && ${rot13}`)
    await repo.git('config', 'filter.lfs.clean', 'git-lfs clean -- %f')
    await repo.write('a.txt', 'abc')
    const env = await users('')
    expect(await describeRepo(repo, { env })).toMatchObject({ dirtyPaths: [], unfilteredPaths: [] })
  })
})

test('files that are pointers of LFS are named, where they are sent', async () => {
  await repo.write('.gitattributes', '*.bin filter=lfs\n')
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
  for (const path of ['app/a.bin', 'app/b.bin', 'c.bin', 'app/text'])
    await repo.write(path, pointer)
  await repo.write('app/real.bin', 'content')
  await repo.commitAll()
  const { lfsPointers } = await describeRepo(repo, {
    context: repo.at('app'),
    isSent: (path) => path !== 'b.bin',
  })
  expect(lfsPointers).toEqual(['a.bin'])
})

test('the user’s own watcher of files is not started', async () => {
  const program = await writeProgram('watch', `touch ${beside.at('started')}`)
  const env = await users(`[core]\nfsmonitor = ${program}\n`)
  expect((await describeRepo(repo, { env })).dirtyPaths).toEqual([])
  await expect(readFile(beside.at('started'))).rejects.toThrow('ENOENT')
})

test('a commit of the farthest future has the last date that can be written', async () => {
  const text = await repo.git('cat-file', 'commit', 'HEAD')
  await repo.write('commit', `${text.replace(/^(committer .*) \d+ /m, '$1 99999999999999999 ')}\n`)
  const commit = await repo.git('hash-object', '-t', 'commit', '-w', '--literally', 'commit')
  await repo.git('update-ref', 'HEAD', commit)
  expect(await describeRepo(repo)).toMatchObject({ commit, committedAt: '9999-12-31T00:00:00Z' })
})
