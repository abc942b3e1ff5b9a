import { chmod } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTempRepo, type TempRepo } from '../support/temp-repo.js'
import { describeRepo } from './support.js'

let repo: TempRepo

beforeEach(async () => {
  repo = await createTempRepo()
  await repo.write('web/Dockerfile', 'FROM scratch\n')
  await repo.write('web/index.html', 'one')
  await repo.write('web/notes.md', 'one')
  await repo.write('web/fly.toml', 'app = "web"\n')
  await repo.write('api/main.go', 'one')
  await repo.commitAll()
})
afterEach(() => repo.remove())

async function digestOfWeb(needsToml = false): Promise<string> {
  const described = await describeRepo(repo, {
    context: repo.at('web'),
    dockerfile: repo.at('web/Dockerfile'),
    isSent: (path) => path !== 'notes.md',
    needsToml,
  })
  return described.contentDigest
}

test.each([
  ['api/main.go', 'another folder'],
  ['web/notes.md', 'what is not sent'],
  ['web/fly.toml', 'the settings of deploys'],
  ['web/fly.production.toml', 'such settings that are new'],
])('a commit that changes %s, %s, has the same content', async (path) => {
  const before = await digestOfWeb()
  await repo.write(path, 'app = "two"\n')
  await repo.commitAll('Change it')
  expect(await digestOfWeb()).toBe(before)
})

test('a file, its name and its mode are content', async () => {
  const digests = [await digestOfWeb()]
  await repo.write('web/index.html', 'two')
  await repo.commitAll('Change it')
  digests.push(await digestOfWeb())
  await repo.git('mv', 'web/index.html', 'web/home.html')
  await repo.commitAll('Rename it')
  digests.push(await digestOfWeb())
  await chmod(repo.at('web/home.html'), 0o755)
  await repo.commitAll('Let it run')
  digests.push(await digestOfWeb())
  expect(new Set(digests).size).toBe(4)
})

test('a fly.toml that the image is to have is content, and one that is new makes the checkout dirty', async () => {
  const before = await digestOfWeb(true)
  await repo.write('web/fly.toml', 'app = "two"\n')
  const options = { context: repo.at('web'), dockerfile: repo.at('web/Dockerfile') }
  expect((await describeRepo(repo, options)).dirtyPaths).toEqual([])
  const needing = { ...options, needsToml: true }
  expect((await describeRepo(repo, needing)).dirtyPaths).toEqual(['fly.toml'])
  await repo.commitAll('Change it')
  expect(await digestOfWeb(true)).not.toBe(before)
})
