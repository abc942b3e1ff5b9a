import { execFileSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeConfig } from '../../src/fly-toml/write.js'
import { isWrittenByFlyops } from '../../src/project/written-config.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flyops-toml-'))
  await mkdir(join(root, 'site'))
})

afterEach(() => rm(root, { recursive: true }))

function inSite(name: string): string {
  return join(root, 'site', name)
}

describe('writing', () => {
  test('makes the file and leaves nothing else', async () => {
    await writeConfig(inSite('fly-hello.toml'), 'app = "hello"\n')
    expect(await readFile(inSite('fly-hello.toml'), 'utf8')).toBe('app = "hello"\n')
    expect(await readdir(join(root, 'site'))).toEqual(['fly-hello.toml'])
  })

  test('replaces a file and keeps its mode', async () => {
    await writeFile(inSite('fly-hello.toml'), 'old')
    await chmod(inSite('fly-hello.toml'), 0o640)
    await writeConfig(inSite('fly-hello.toml'), 'new')
    expect(await readFile(inSite('fly-hello.toml'), 'utf8')).toBe('new')
    expect((await stat(inSite('fly-hello.toml'))).mode & 0o777).toBe(0o640)
  })

  test('that fails leaves what was there, and no other file', async () => {
    await mkdir(inSite('fly-hello.toml'))
    await expect(writeConfig(inSite('fly-hello.toml'), 'new')).rejects.toThrow()
    expect(await readdir(join(root, 'site'))).toEqual(['fly-hello.toml'])
  })

  test('does not replace what is no file', async () => {
    execFileSync('mkfifo', [inSite('fly-hello.toml')])
    await expect(writeConfig(inSite('fly-hello.toml'), 'new')).rejects.toMatchObject({
      code: 'config_invalid',
      message: 'fly-hello.toml is not written, because it is not a regular file.',
    })
    expect((await stat(inSite('fly-hello.toml'))).isFIFO()).toBe(true)
  })

  test('never touches fly.toml, by its name or through a link', async () => {
    await writeFile(inSite('fly.toml'), 'mine')
    await symlink('fly.toml', inSite('fly-hello.toml'))
    for (const name of ['fly.toml', 'fly-hello.toml']) {
      await expect(writeConfig(inSite(name), 'new')).rejects.toMatchObject({
        code: 'config_invalid',
      })
    }
    expect(await readFile(inSite('fly.toml'), 'utf8')).toBe('mine')
  })

  test.each(['../outside.toml', '../missing.toml'])(
    'does not follow a link to %s',
    async (target) => {
      await writeFile(join(root, 'outside.toml'), 'theirs')
      await symlink(target, inSite('fly-hello.toml'))
      await expect(writeConfig(inSite('fly-hello.toml'), 'new')).rejects.toMatchObject({
        code: 'config_invalid',
      })
      expect(await readFile(join(root, 'outside.toml'), 'utf8')).toBe('theirs')
      expect((await readdir(root)).sort()).toEqual(['outside.toml', 'site'])
    },
  )

  test('goes through a link that stays in the folder', async () => {
    await writeFile(inSite('real.toml'), 'old')
    await symlink('real.toml', inSite('fly-hello.toml'))
    await writeConfig(inSite('fly-hello.toml'), 'new')
    expect(await readFile(inSite('real.toml'), 'utf8')).toBe('new')
  })
})

test.each([
  ['# written by flyops from fly.toml; the original is unchanged\napp = "x"\n', true],
  ['# written by flyops from the defaults\n', true],
  ['app = "x" # written by flyops from fly.toml\n', false],
  ['', false],
])('%j is flyops’ own: %s', (text, expected) => {
  expect(isWrittenByFlyops(text)).toBe(expected)
})
