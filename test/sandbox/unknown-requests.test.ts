import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { countUnknown, readUnknown } from '../../src/sandbox/unknown-requests.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-unknown-'))
})
afterEach(() => rm(folder, { recursive: true }))

function raise(error: unknown): never {
  throw error
}

test('the ones asked most come first, and no more than a hundred are told apart', async () => {
  const file = join(folder, 'unknown.json')
  const note = countUnknown(file, raise)
  for (const request of ['GET /a', 'GET /b', 'GET /b']) note(request)
  for (let n = 0; n < 200; n += 1) note(`GET /${n}`)
  await vi.waitFor(async () => expect(await readUnknown(file)).toHaveLength(100))
  expect((await readUnknown(file)).slice(0, 2)).toEqual([
    { request: 'GET /b', count: 2 },
    { request: 'GET /a', count: 1 },
  ])
})

test('none is known before the first', async () => {
  expect(await readUnknown(join(folder, 'unknown.json'))).toEqual([])
})
