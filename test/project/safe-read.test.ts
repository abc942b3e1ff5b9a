import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openInside, readText } from '../../src/project/safe-read.js'

let parent: string
let root: string

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'flyops-reads-')))
  root = join(parent, 'project')
  await mkdir(join(root, 'sub'), { recursive: true })
  await writeFile(join(parent, 'secret'), 'hush\n')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

function file(path: string) {
  return {
    root,
    path: join(root, path),
    name: path,
    code: 'invalid_input',
    stage: 'build',
  } as const
}

describe('a file of the project', () => {
  test('is read, also through a link that stays inside', async () => {
    await writeFile(join(root, 'a'), 'text é')
    await symlink('../a', join(root, 'sub', 'link'))
    await symlink('sub', join(root, 'folder'))
    for (const path of ['a', 'sub/link', 'folder/link'])
      expect(await readText(file(path))).toBe('text é')
  })

  test('that is not there is undefined', async () => {
    await writeFile(join(root, 'a'), '')
    await symlink('nowhere', join(root, 'dangling'))
    for (const path of ['missing', 'missing/a', 'a/b', 'dangling'])
      expect(await readText(file(path))).toBeUndefined()
  })

  test('may have 1 MB and no more', async () => {
    await writeFile(join(root, 'a'), 'x'.repeat(1_000_000))
    expect(await readText(file('a'))).toHaveLength(1_000_000)
    await truncate(join(root, 'a'), 2 ** 40)
    await expect(readText(file('a'))).rejects.toMatchObject({
      code: 'invalid_input',
      stage: 'build',
      message: 'a is not read, because it is larger than 1000 KB.',
    })
  })

  test.each([
    ['a link that leads out', '../secret', 'it leads out of the project folder'],
    ['a link to a device', '/dev/zero', 'it leads out of the project folder'],
    ['a link into a process', '/proc/self/environ', 'it leads out of the project folder'],
    ['a link to itself', 'it', 'it is a symbolic link that leads to itself'],
    ['a folder', undefined, 'it is not a regular file'],
  ])('is not %s', async (_what, target, reason) => {
    if (target === undefined) await mkdir(join(root, 'it'))
    else await symlink(target, join(root, 'it'))
    await expect(readText(file('it'))).rejects.toMatchObject({
      message: `it is not read, because ${reason}.`,
    })
  })

  test('is not in a folder that is a link and leads out', async () => {
    await symlink(parent, join(root, 'out'))
    await expect(readText(file('out/secret'))).rejects.toMatchObject({
      message: 'out/secret is not read, because it leads out of the project folder.',
    })
  })

  test('is not a named pipe, which nobody writes to', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    for (const read of [readText, openInside])
      await expect(read(file('pipe'))).rejects.toMatchObject({
        message: 'pipe is not read, because it is not a regular file.',
      })
  })

  test.each([
    ['the file', 'ln -s ../secret l; mv l a; mkfifo p; mv p a; echo fine >f; mv f a', 'a'],
    ['its folder', 'mv sub old; ln -s .. sub; rm sub; mv old sub', 'sub/secret'],
  ])(
    'is never another one, whatever is put in the place of %s meanwhile',
    async (_what, swap, path) => {
      await writeFile(join(root, 'sub', 'secret'), 'fine\n')
      const loop = `while :; do ${swap}; done`
      const swapping = spawn('sh', ['-c', loop], { cwd: root, stdio: 'ignore' })
      const seen = new Set<string | undefined>()
      try {
        const until = performance.now() + 2_000
        while (performance.now() < until)
          seen.add(await readText(file(path)).catch(({ message }: Error) => message))
      } finally {
        swapping.kill('SIGKILL')
        await once(swapping, 'exit')
      }
      expect(seen).toContain('fine\n')
      expect([...seen].filter((text) => text?.startsWith('hush'))).toEqual([])
      expect([...seen].filter((text) => text?.includes(path))).not.toEqual([])
    },
  )
})
