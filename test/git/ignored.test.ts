import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTempRepo, type TempRepo } from '../support/temp-repo.js'
import { describeRepo } from './support.js'

let repo: TempRepo

beforeEach(async () => {
  repo = await createTempRepo()
  await repo.write('.gitignore', '.env*\n*.log\nnode_modules/\nfly-*.toml\n')
  await repo.commitAll()
})
afterEach(() => repo.remove())

async function ignoredPaths(overrides?: Parameters<typeof describeRepo>[1]) {
  return (await describeRepo(repo, overrides)).ignoredPaths
}

describe('ignored paths', () => {
  test('are those that are sent all the same, .env first, folders as one', async () => {
    for (const path of [
      '.env',
      'app/.env.local',
      'a.log',
      'node_modules/x/y',
      'app/line\nbreak.log',
    ]) {
      await repo.write(path, 'x')
    }
    await repo.write('app/tracked', 'x')
    await repo.git('add', 'app/tracked')
    await repo.write('untracked', 'x')
    expect(await ignoredPaths()).toEqual([
      '.env',
      'app/.env.local',
      'a.log',
      'app/line\nbreak.log',
      'node_modules/',
    ])
    const isSent = (path: string) => path !== 'node_modules' && path !== 'a.log'
    expect(await ignoredPaths({ isSent })).toEqual([
      '.env',
      'app/.env.local',
      'app/line\nbreak.log',
    ])
  })

  test('have the .env and not the folder that it is alone in', async () => {
    await repo.write('config/.env', 'x')
    expect(await ignoredPaths()).toEqual(['config/.env'])
  })

  test('are those of the context, relative to it', async () => {
    await repo.write('app/[x]/.env', 'x')
    await repo.write('app2/.env', 'x')
    await repo.write('.env', 'x')
    const context = repo.at('app')
    expect(await ignoredPaths({ context })).toEqual(['[x]/.env'])
  })

  test('are everything in a context that is ignored itself', async () => {
    await repo.write('node_modules/deep/.env', 'x')
    await repo.write('node_modules/deep/sub/a', 'x')
    const context = repo.at('node_modules/deep')
    expect(await ignoredPaths({ context })).toEqual(['.env', 'sub/'])
  })

  test('have no settings of a deploy', async () => {
    await repo.write('fly-x.toml', '# written by flyops from the defaults\n')
    await repo.write('fly-y.toml', 'app = "y"\n')
    await repo.write('fly-z.toml', 'rods = 3\n')
    expect(await ignoredPaths()).toEqual(['fly-z.toml'])
  })
})
