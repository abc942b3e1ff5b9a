import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTempRepo, type TempRepo } from '../support/temp-repo.js'
import { describeRepo } from './support.js'

const written = '# written by flyops from fly.toml; the original is unchanged\napp = "x"\n'
let repo: TempRepo

beforeEach(async () => {
  repo = await createTempRepo()
})
afterEach(() => repo.remove())

test('configurations that flyops wrote are named wherever they lie, tracked, new or ignored', async () => {
  await repo.write('fly-tracked.toml', written)
  await repo.write('.gitignore', 'fly-ignored.toml\n')
  await repo.commitAll()
  await repo.write('fly-ignored.toml', written)
  await repo.write('sub/fly-new.toml', written)
  await repo.write('fly-mine.toml', 'app = "mine"\n')
  expect((await describeRepo(repo)).writtenConfigs).toEqual([
    'fly-ignored.toml',
    'fly-tracked.toml',
    'sub/fly-new.toml',
  ])
})

test('a configuration that a deploy is writing does not make the checkout dirty', async () => {
  await repo.write('.fly-hello.toml.0123456789ab.tmp', written)
  const { dirtyDigest, dirtyPaths, writtenConfigs } = await describeRepo(repo)
  expect({ dirtyDigest, dirtyPaths, writtenConfigs }).toEqual({
    dirtyDigest: undefined,
    dirtyPaths: [],
    writtenConfigs: [],
  })
})
