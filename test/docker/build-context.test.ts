import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBuildContext } from '../../src/docker/build-context.js'
import { stageContext } from '../../src/docker/staging.js'

let context: string
const dockerfile = () => join(context, 'Dockerfile')

beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), 'flyops-context-'))
  await writeFile(dockerfile(), 'FROM scratch\nCOPY . .\n')
})
afterEach(() => rm(context, { recursive: true, force: true }))

describe('what is sent to the builder', () => {
  test.each([
    ['node_modules/a/b', false],
    ['sub/node_modules/a', true],
    ['a/b/x.log', false],
    ['.env.local', false],
    ['docs/guide.md', false],
    ['docs/README.md', true],
    ['src/', true],
  ])('%s: %s', async (path, isSent) => {
    await writeFile(
      join(context, '.dockerignore'),
      '# c\nnode_modules\n**/*.log\n.env*\ndocs\n!docs/README.md\n',
    )
    expect(
      (await readBuildContext({ root: context, context, dockerfile: dockerfile() })).isSent(path),
    ).toBe(isSent)
  })

  test('an ignore file of the Dockerfile’s own wins', async () => {
    await writeFile(join(context, '.dockerignore'), 'a\n')
    await writeFile(join(context, 'Dockerfile.dockerignore'), 'b\n')
    const { isSent } = await readBuildContext({ root: context, context, dockerfile: dockerfile() })
    expect([isSent('a'), isSent('b')]).toEqual([true, false])
  })
})

describe('keeping files out of the image', () => {
  test('BuildKit gets an ignore file beside a copy of the Dockerfile', async () => {
    await writeFile(join(context, '.dockerignore'), 'a\n')
    const staged = await stageContext(
      'buildkit',
      { root: context, context, dockerfile: dockerfile() },
      ['fly-x.toml'],
    )
    expect(staged.context).toBe(context)
    const ignored = await readFile(`${staged.dockerfile}.dockerignore`, 'utf8')
    expect(ignored).toBe('a\n\n/fly-x.toml\n**/.fly-*.toml.*.tmp\n')
    await staged.remove()
    await expect(readFile(staged.dockerfile)).rejects.toThrow('ENOENT')
  })

  test('the legacy builder gets a copy of the context', async () => {
    await mkdir(join(context, 'sub'))
    await writeFile(join(context, 'sub', 'kept'), 'kept')
    await writeFile(join(context, 'fly-x.toml'), 'x')
    const staged = await stageContext(
      'legacy',
      { root: context, context, dockerfile: dockerfile() },
      ['fly-x.toml'],
    )
    expect(await readFile(join(staged.context, 'sub', 'kept'), 'utf8')).toBe('kept')
    await expect(readFile(join(staged.context, 'fly-x.toml'))).rejects.toThrow('ENOENT')
    await staged.remove()
    expect(await readFile(join(context, 'sub', 'kept'), 'utf8')).toBe('kept')
  })

  test('the legacy builder gets the Dockerfile’s own ignore file, which it does not know', async () => {
    await writeFile(join(context, '.dockerignore'), 'a\n')
    await writeFile(join(context, 'Dockerfile.dockerignore'), 'b\n')
    const staged = await stageContext(
      'legacy',
      { root: context, context, dockerfile: dockerfile() },
      [],
    )
    expect(await readFile(join(staged.context, '.dockerignore'), 'utf8')).toBe('b\n')
    expect(await readFile(join(context, '.dockerignore'), 'utf8')).toBe('a\n')
    await staged.remove()
  })

  test('the copy has links as they are, and neither pipes nor sockets', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'flyops-outside-'))
    await writeFile(join(outside, 'secret'), 'hush')
    await symlink(outside, join(context, 'out'))
    execFileSync('mkfifo', [join(context, 'pipe')])
    const socket = createServer().listen(join(context, 'socket'))
    await once(socket, 'listening')
    await writeFile(join(context, 'fly-x.toml'), 'x')
    const paths = { root: context, context, dockerfile: dockerfile() }
    const staged = await stageContext('legacy', paths, ['fly-x.toml'])
    expect((await readdir(staged.context)).sort()).toEqual(['Dockerfile', 'out'])
    expect(await readlink(join(staged.context, 'out'))).toBe(outside)
    await staged.remove()
    expect(await readdir(outside)).toEqual(['secret'])
    socket.close()
    await rm(outside, { recursive: true })
  })

  test('no ignore file is written through a link of the context', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'flyops-outside-'))
    await writeFile(join(outside, 'profile'), 'mine')
    await symlink(join(outside, 'profile'), join(context, '.dockerignore'))
    await writeFile(join(context, 'Dockerfile.dockerignore'), 'theirs')
    const paths = { root: context, context, dockerfile: dockerfile() }
    const staged = await stageContext('legacy', paths, [])
    expect(await readFile(join(staged.context, '.dockerignore'), 'utf8')).toBe('theirs')
    await staged.remove()
    expect(await readFile(join(outside, 'profile'), 'utf8')).toBe('mine')
    await rm(outside, { recursive: true })
  })

  test('without such files the folder itself is used', async () => {
    const staged = await stageContext(
      'legacy',
      { root: context, context, dockerfile: dockerfile() },
      [],
    )
    expect(staged.context).toBe(context)
  })
})
