import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTempRepo, type TempRepo } from '../support/temp-repo.js'
import { describeRepo } from './support.js'

const written = '# written by flyops from fly.toml; the original is unchanged\napp = "x"\n'
let repo: TempRepo

beforeEach(async () => {
  repo = await createTempRepo()
})
afterEach(() => repo.remove())

test('the settings of deploys are named wherever they lie and whoever wrote them', async () => {
  await repo.write('fly-tracked.toml', written)
  await repo.write('.gitignore', 'fly-ignored.toml\n')
  await repo.commitAll()
  await repo.write('fly-ignored.toml', written)
  await repo.write('sub/fly-new.toml', written)
  await repo.write('fly-mine.toml', '# of mine\n"App" = "mine"\n')
  await repo.write('fly-fishing.toml', 'rods = 3\n')
  expect((await describeRepo(repo)).deployConfigs).toEqual([
    'fly-ignored.toml',
    'fly-mine.toml',
    'fly-tracked.toml',
    'sub/fly-new.toml',
  ])
})

test('a configuration that a deploy is writing does not make the checkout dirty', async () => {
  await repo.write('.fly-hello.toml.0123456789ab.tmp', written)
  const { dirtyDigest, dirtyPaths, deployConfigs } = await describeRepo(repo)
  expect({ dirtyDigest, dirtyPaths, deployConfigs }).toEqual({
    dirtyDigest: undefined,
    dirtyPaths: [],
    deployConfigs: [],
  })
})
