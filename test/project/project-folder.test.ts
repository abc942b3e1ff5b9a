import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProjectFolder } from '../../src/project/project-folder.js'

let parent: string
let root: string

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'flyops-roots-'))
  root = join(parent, 'project')
  await mkdir(join(root, 'app'), { recursive: true })
  await writeFile(join(root, 'app', 'Dockerfile'), 'FROM scratch\n')
  await writeFile(join(parent, 'secret'), 'x')
  await symlink(parent, join(root, 'out'))
  await symlink(join(root, 'app'), join(root, 'alias'))
})
afterAll(() => rm(parent, { recursive: true, force: true }))

describe('paths in arguments', () => {
  test('are relative to the project folder', async () => {
    const folder = createProjectFolder(root)
    expect(await folder.resolve('app/Dockerfile', 'dockerfile', 'file')).toBe(
      join(root, 'app/Dockerfile'),
    )
    expect(await folder.resolve('.', 'context', 'folder')).toBe(root)
    expect(folder.display(join(root, 'app'))).toBe('app')
    expect(folder.display(root)).toBe('.')
  })

  test('may be symbolic links that stay inside, and are resolved', async () => {
    const folder = createProjectFolder(root)
    expect(await folder.resolve('alias', 'context', 'folder')).toBe(join(root, 'app'))
  })

  test.each([
    '..',
    '../secret',
    'app/../../secret',
    'out',
    'out/secret',
    '/etc/passwd',
    'missing',
    '--help',
    '-f',
    '',
    'a\0b',
    'https://github.com/x/y',
    'git://host/x',
  ])('refuses %j, naming the field', async (path) => {
    await expect(
      createProjectFolder(root).resolve(path, 'context', 'folder'),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('context: '),
    })
  })

  test('a file is not a folder', async () => {
    const folder = createProjectFolder(root)
    await expect(folder.resolve('app/Dockerfile', 'context', 'folder')).rejects.toMatchObject({
      message: expect.stringContaining('it is not a folder'),
    })
  })

  test('without a project folder the error names the setting', async () => {
    await expect(
      createProjectFolder(undefined).resolve('.', 'context', 'folder'),
    ).rejects.toMatchObject({
      code: 'root_unset',
      remedy: expect.stringContaining('FLYOPS_ROOT'),
    })
  })
})
