import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FlyopsError } from '../../src/errors.js'
import type { Checkout } from '../../src/git/git.js'
import { type GitServer, startGitServer } from '../support/git-server.js'
import { createTempRepo, gitEnv, openGit, type TempRepo } from '../support/temp-repo.js'

const limits = { signal: new AbortController().signal, timeoutMs: 30_000, maxBytes: 50e6 }

let repo: TempRepo
let made: Checkout[]
let server: GitServer | undefined

beforeEach(async () => {
  made = []
  repo = await createTempRepo()
  await repo.write('app/page', 'first\n')
  await repo.git('add', '--all')
  await repo.git('commit', '--quiet', '--message', 'First page')
})
afterEach(async () => {
  await server?.close()
  server = undefined
  for (const checkout of made) await checkout.remove()
  await repo.remove()
})

async function local(ref: string, folder = repo.root): Promise<Checkout> {
  const checkout = await openGit().checkOutLocal({ folder, ref }, limits)
  made.push(checkout)
  return checkout
}

async function remote(
  ref: string,
  more: Partial<typeof limits> = {},
  token?: string,
  env = gitEnv,
) {
  server ??= await startGitServer(dirname(repo.root))
  const url = `${server.url}/${basename(repo.root)}/.git`
  const checkout = await openGit(env).checkOutRemote({ url, ref, token }, { ...limits, ...more })
  made.push(checkout)
  return checkout
}

async function sourceFolders(): Promise<readonly string[]> {
  const own = `flyops-source-${process.pid}-`
  return (await readdir(tmpdir())).filter((name) => name.startsWith(own)).toSorted()
}

describe('a commit of the local repository', () => {
  test('is checked out beside the work tree, which stays as it is', async () => {
    const first = (await repo.git('rev-parse', 'HEAD')).trim()
    await repo.write('app/page', 'second\n')
    await repo.git('commit', '--quiet', '--all', '--message', 'Second page')
    await repo.write('app/page', 'not committed\n')
    const before = await repo.git('status', '--porcelain')
    const { root, folder } = await local(first, repo.at('app'))
    expect(folder).toBe('app')
    expect(await readFile(join(root, 'app/page'), 'utf8')).toBe('first\n')
    expect(await repo.git('status', '--porcelain')).toBe(before)
    expect(await readFile(repo.at('app/page'), 'utf8')).toBe('not committed\n')
  })

  test('has the short name that it has in the repository', async () => {
    await repo.git('config', 'core.abbrev', '11')
    const short = (await repo.git('rev-parse', '--short', 'HEAD')).trim()
    const { root } = await local('HEAD')
    const place = { context: root, dockerfile: join(root, 'Dockerfile'), isSent: () => true }
    const state = await openGit().describe(place)
    expect(state).toMatchObject({ shortCommit: short, dirtyPaths: [] })
  })

  test('runs no hook of the user’s', async () => {
    await mkdir(repo.at('hooks'))
    await writeFile(repo.at('hooks/post-checkout'), `#!/bin/sh\ntouch ${repo.at('ran')}\n`, {
      mode: 0o755,
    })
    const home = await mkdtemp(join(tmpdir(), 'flyops-home-'))
    await writeFile(join(home, 'config'), `[core]\nhooksPath = ${repo.at('hooks')}\n`)
    const env = { ...gitEnv, GIT_CONFIG_GLOBAL: join(home, 'config') }
    made.push(await openGit(env).checkOutLocal({ folder: repo.root, ref: 'HEAD' }, limits))
    expect(await readdir(repo.root)).not.toContain('ran')
    await rm(home, { recursive: true })
  })

  test('is checked out of a shallow clone', async () => {
    await repo.git('commit', '--quiet', '--allow-empty', '--message', 'Second')
    const clone = await mkdtemp(join(tmpdir(), 'flyops-shallow-'))
    await repo.git('clone', '--quiet', '--depth=1', `file://${repo.root}`, clone)
    const { root } = await local('HEAD', clone)
    expect(await readFile(join(root, 'app/page'), 'utf8')).toBe('first\n')
    await rm(clone, { recursive: true })
  })

  test.each([
    ['HEAD', 'third'],
    ['HEAD~1', 'second'],
    ['HEAD^', 'second'],
    ['HEAD~', 'second'],
    ['HEAD^^', 'first'],
    ['main~2', 'first'],
    ['v1.2', 'second'],
    ['v1.2^', 'first'],
    ['side', 'first'],
  ])('is the one that %s means', async (ref, page) => {
    await repo.git('branch', '--move', 'main')
    await repo.git('branch', 'side')
    for (const next of ['second', 'third']) {
      await repo.write('app/page', `${next}\n`)
      await repo.commitAll()
      if (next === 'second') await repo.git('tag', '--annotate', '--message', 'Second', 'v1.2')
    }
    const { root } = await local(ref)
    expect(await readFile(join(root, 'app/page'), 'utf8')).toBe(`${page}\n`)
  })

  test.each(['nosuch', 'HEAD~40', '0000000'])('that is not there: %s', async (ref) => {
    const before = await sourceFolders()
    await expect(local(ref)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await sourceFolders()).toEqual(before)
  })

  test('that is not there is answered with the newest five, each on a short line', async () => {
    for (const subject of ['2', '3', '4', '5', 'x'.repeat(200)])
      await repo.git('commit', '--quiet', '--allow-empty', '--message', subject)
    const error = await local('nosuch').catch((reason: FlyopsError) => reason)
    const expected = await repo.git('log', '--max-count=5', '--format=%h %s')
    const lines = expected.split('\n').map((line) => line.slice(0, 100))
    expect(lines).toHaveLength(5)
    expect(error).toMatchObject({
      code: 'invalid_input',
      remedy: expect.stringContaining('evidence'),
      evidence: lines.join('\n'),
    })
  })

  test('that a shallow clone does not have is answered with the one that it has', async () => {
    await repo.git('commit', '--quiet', '--allow-empty', '--message', 'Second')
    const clone = await mkdtemp(join(tmpdir(), 'flyops-shallow-'))
    await repo.git('clone', '--quiet', '--depth=1', `file://${repo.root}`, clone)
    await expect(local('HEAD~1', clone)).rejects.toMatchObject({
      code: 'invalid_input',
      evidence: expect.stringMatching(/^[0-9a-f]{7,} Second$/),
    })
    await rm(clone, { recursive: true })
  })

  test('of a repository without any is missing as such', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'flyops-empty-'))
    await repo.git('init', '--quiet', empty)
    await expect(local('HEAD~1', empty)).rejects.toMatchObject({ code: 'no_commits' })
    await rm(empty, { recursive: true })
  })
})

describe('a commit of a repository elsewhere', () => {
  test('is fetched by branch, and by commit, without history', async () => {
    const commit = (await repo.git('rev-parse', 'HEAD')).trim()
    const branch = (await repo.git('branch', '--show-current')).trim()
    for (const ref of [branch, commit]) {
      const { root } = await remote(ref)
      expect(await readFile(join(root, 'app/page'), 'utf8')).toBe('first\n')
    }
  })

  test('is not converted by filters of the user’s own, which may ask other hosts', async () => {
    await repo.write('.gitattributes', 'app/* filter=chosen\n')
    await repo.commitAll()
    const home = await mkdtemp(join(tmpdir(), 'flyops-home-'))
    await writeFile(join(home, 'config'), '[filter "chosen"]\nsmudge = echo converted\n')
    const env = { ...gitEnv, GIT_CONFIG_GLOBAL: join(home, 'config') }
    const { root } = await remote('HEAD', {}, undefined, env)
    expect(await readFile(join(root, 'app/page'), 'utf8')).toBe('first\n')
    await rm(home, { recursive: true })
  })

  test('is asked for with a token that stands in no file', async () => {
    const { root } = await remote('HEAD', {}, 'hunter22')
    const sent = Buffer.from('x-access-token:hunter22').toString('base64')
    expect(server?.authorization()).toBe(`Basic ${sent}`)
    expect(await readFile(join(root, '.git/config'), 'utf8')).not.toMatch(/hunter22|Authorization/)
  })

  test('that is not there says so, and leaves nothing', async () => {
    const before = await sourceFolders()
    await expect(remote('nosuch')).rejects.toMatchObject({
      code: 'source_unavailable',
      evidence: expect.stringContaining('nosuch'),
    })
    expect(await sourceFolders()).toEqual(before)
  })

  test('that is too large is given up, and leaves nothing', async () => {
    const before = await sourceFolders()
    await expect(remote('HEAD', { maxBytes: 1 })).rejects.toMatchObject({
      code: 'source_unavailable',
      message: expect.stringContaining('larger than'),
    })
    expect(await sourceFolders()).toEqual(before)
  })

  test('that takes too long is given up, and leaves nothing', async () => {
    const before = await sourceFolders()
    server = await startGitServer(dirname(repo.root), { delayMs: 60_000 })
    await expect(remote('HEAD', { timeoutMs: 500 })).rejects.toMatchObject({ code: 'timed_out' })
    expect(await sourceFolders()).toEqual(before)
  })

  test('that nobody waits for is given up, and leaves nothing', async () => {
    const before = await sourceFolders()
    server = await startGitServer(dirname(repo.root), { delayMs: 60_000 })
    const signal = AbortSignal.timeout(300)
    await expect(remote('HEAD', { signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect(await sourceFolders()).toEqual(before)
  })
})
