import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openInside, openListed, readText } from '../../src/project/safe-read.js'

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
      const seen = await whileSwapping(swap, () =>
        readText(file(path)).catch(({ message }: Error) => message),
      )
      expect(seen).toContain('fine\n')
      expect(seen.filter((text) => text?.startsWith('hush'))).toEqual([])
      expect(seen.filter((text) => text?.includes(path))).not.toEqual([])
    },
  )
})

describe('a file that git lists', () => {
  /** What is read of it, and why not. */
  async function read(path: string): Promise<string> {
    const opened = await openListed(join(root, path))
    if (opened === undefined) return 'not opened'
    return opened.readFile('utf8').finally(() => opened.close())
  }

  test('is opened where it is regular, and no link, pipe, folder or nothing in its place', async () => {
    await writeFile(join(root, 'regular'), 'fine\n')
    await symlink('../secret', join(root, 'link'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    const names = ['regular', 'link', 'pipe', 'sub', 'none']
    expect(await Promise.all(names.map(read))).toEqual([
      'fine\n',
      ...Array.from({ length: 4 }, () => 'not opened'),
    ])
  })

  test('is never a link or a pipe that is put in its place meanwhile', async () => {
    const seen = await whileSwapping(
      'ln -s ../secret l; mv l a; mkfifo p; mv p a; echo fine >f; mv f a',
      () => read('a'),
    )
    expect(seen).toContain('fine\n')
    expect(seen).toContain('not opened')
    expect(seen).not.toContain('hush\n')
  })
})

/** What reading gave, again and again for two seconds, while a shell changes the project. */
async function whileSwapping<Seen>(swap: string, read: () => Promise<Seen>): Promise<Seen[]> {
  const loop = `while :; do ${swap}; done`
  const swapping = spawn('sh', ['-c', loop], { cwd: root, stdio: 'ignore' })
  const seen = new Set<Seen>()
  try {
    const until = performance.now() + 2_000
    while (performance.now() < until) seen.add(await read())
  } finally {
    swapping.kill('SIGKILL')
    await once(swapping, 'exit')
  }
  return [...seen]
}
