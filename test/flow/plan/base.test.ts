import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BaseRequest, findBase, type Origin } from '../../../src/flow/plan/base.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'
import type { BaseConfig } from '../../../src/fly-toml/fly-toml.js'
import { createProjectFolder } from '../../../src/project/project-folder.js'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'flyops-base-')))
  await mkdir(join(root, 'site'))
})
afterEach(() => rm(root, { recursive: true }))

function write(name: string, text: string): Promise<void> {
  return writeFile(join(root, 'site', name), text)
}

function find(request: Partial<BaseRequest> = {}, origin: Origin = {}) {
  const context = { folder: createProjectFolder(root) } as Parameters<typeof findBase>[1]
  return findBase({ app: 'hello', context: 'site', ...request }, context, origin)
}

async function nameOf(finding: ReturnType<typeof find>): Promise<string | undefined> {
  return (await finding).base?.path
}

/** As a deploy writes it with these settings. */
function written(base: BaseConfig | undefined, settings: Record<string, unknown> = {}): string {
  const request = { app: 'hello', image: 'registry.fly.io/hello:1', settings: {}, base }
  return composeConfig({ ...request, given: settings }).text
}

const flyToml = (text = 'app = "site"\n') => ({ path: 'site/fly.toml', text, isTarget: false })

describe('the base', () => {
  test('is none in a folder without toml', async () => {
    expect(await find()).toMatchObject({ base: undefined, kept: {}, warnings: [] })
  })

  test('is fly.toml, then one for this app, then the app’s own, then what the caller names', async () => {
    await write('fly.toml', 'app = "site"\n')
    expect((await find()).base).toEqual(flyToml())
    await write('fly.production.toml', '# here\nApp = "hello"\n')
    await write('fly.staging.toml', 'app = "hello-staging"\n')
    await write('fly.broken.toml', 'app = "hello\n')
    expect(await nameOf(find())).toBe('site/fly.production.toml')
    await write('fly-hello.toml', 'app = "hello"\n')
    expect(await nameOf(find())).toBe('site/fly-hello.toml')
    expect(await nameOf(find({ base_config: 'site/fly.staging.toml' }))).toBe(
      'site/fly.staging.toml',
    )
  })

  test('is fly.toml where it is for this app, and refused where two others are', async () => {
    await write('fly.one.toml', 'app = "hello"\n')
    await write('fly.two.toml', 'app = "hello"\n')
    await expect(find()).rejects.toMatchObject({
      code: 'config_invalid',
      message: 'Both site/fly.one.toml and site/fly.two.toml are for hello.',
    })
    await write('fly.toml', 'app = "hello"\n')
    expect(await nameOf(find())).toBe('site/fly.toml')
  })

  test('may be a link that stays in the project', async () => {
    await writeFile(join(root, 'shared.toml'), 'app = "shared"')
    await symlink('../shared.toml', join(root, 'site', 'fly.toml'))
    expect((await find()).base).toMatchObject({ path: 'site/fly.toml', text: 'app = "shared"' })
  })

  test('that is no file of the project is told by name', async () => {
    await mkdir(join(root, 'site', 'fly.toml'))
    await expect(find()).rejects.toMatchObject({
      code: 'config_invalid',
      message: 'site/fly.toml is not read, because it is not a regular file.',
    })
  })
})

describe('a fly-<app>.toml that flyops wrote', () => {
  test('gives way to what it was made of, whose edits count; what callers gave is kept', async () => {
    await write('fly-hello.toml', written(flyToml(), { memory: '512mb' }))
    await write('fly.toml', 'app = "site"\nswap_size_mb = 512\n')
    expect(await find()).toMatchObject({
      base: flyToml('app = "site"\nswap_size_mb = 512\n'),
      kept: { memory: '512mb' },
      warnings: [],
    })
  })

  test('of the defaults gives way to the first file that an author writes', async () => {
    await write('fly-hello.toml', written(undefined, { internal_port: 3000 }))
    expect(await find()).toMatchObject({ base: undefined, kept: { internal_port: 3000 } })
    await write('fly.toml', 'app = "site"\n')
    expect(await find()).toMatchObject({ base: flyToml(), kept: { internal_port: 3000 } })
  })

  test('stays where what it was made of is gone, or is no file', async () => {
    await write('fly-hello.toml', written(flyToml(), { memory: '512mb' }))
    expect(await find()).toMatchObject({
      base: { path: 'site/fly-hello.toml' },
      kept: { memory: '512mb' },
    })
    const record = { path: 'the settings of other', text: 'app = "other"\n', isTarget: false }
    await write('fly-hello.toml', written(record))
    await write('fly.toml', 'app = "site"\n')
    expect(await nameOf(find())).toBe('site/fly-hello.toml')
  })

  test('that somebody edited is theirs, and that is told', async () => {
    await write('fly.toml', 'app = "site"\n')
    await write('fly-hello.toml', `${written(flyToml())}swap_size_mb = 512\n`)
    const { base, warnings } = await find()
    expect(base).toMatchObject({ path: 'site/fly-hello.toml', isTarget: true })
    expect(base?.text).toMatch(/^app = "hello"\n/)
    expect(warnings).toEqual([expect.objectContaining({ code: 'config_edited', cosmetic: false })])
  })

  test('keeps no settings that a caller could not give', async () => {
    await write('fly-hello.toml', written(flyToml(), { strategy: '--strategy' }))
    expect(await find()).toMatchObject({ kept: {}, base: { path: 'site/fly-hello.toml' } })
  })

  test('keeps nothing for a caller who names another file', async () => {
    await write('fly-hello.toml', written(flyToml(), { memory: '512mb' }))
    await write('fly.toml', 'app = "site"\n')
    const named = await find({ base_config: 'site/fly.toml' })
    expect(named).toMatchObject({ base: flyToml(), kept: {} })
    const own = await find({ base_config: 'site/fly-hello.toml' })
    expect(own).toMatchObject({ base: flyToml(), kept: { memory: '512mb' } })
  })
})

test('the settings of another app come before a fly.toml of nobody’s, and after one of this app', async () => {
  const fallback = { path: 'the settings of other', text: 'app = "other"\n', isTarget: false }
  await write('fly.toml', 'app = "site"\n')
  expect(await nameOf(find({}, { fallback }))).toBe('the settings of other')
  const text = written(flyToml(), { memory: '512mb' })
  expect(await find({}, { fallback: { ...fallback, text } })).toMatchObject({
    kept: { memory: '512mb' },
  })
  await write('fly.toml', 'app = "hello"\n')
  expect(await nameOf(find({}, { fallback }))).toBe('site/fly.toml')
})

test('the files of the commit come before those of the work tree, with what callers gave', async () => {
  const commit = join(root, 'commit')
  await mkdir(join(commit, 'site'), { recursive: true })
  await writeFile(join(commit, 'site', 'fly.toml'), 'app = "committed"\n')
  await write('fly.toml', 'app = "site"\n')
  await write('fly-hello.toml', written(flyToml(), { memory: '512mb' }))
  expect(await find({}, { commit: createProjectFolder(commit) })).toMatchObject({
    root: commit,
    base: flyToml('app = "committed"\n'),
    kept: { memory: '512mb' },
  })
})
