import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  bearer,
  type HttpServer,
  replyOf,
  rpc,
  send,
  startHttpServer,
} from '../support/http-server.js'

const seen = 'seen-0123456789abcdefghij'
const fresh = 'fresh-0123456789abcdefghij'
const body = rpc('tools/list')

let folder: string
let server: HttpServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-guess-'))
  const tokens = Object.entries({ seen, fresh }).map(([name, token]) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    tools: ['*'],
    apps: ['*'],
  }))
  await writeFile(join(folder, 'tokens.json'), JSON.stringify({ tokens }))
  server = await startHttpServer({ args: ['--tokens', join(folder, 'tokens.json')] })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const use = (token: string) => send(server.url, { headers: bearer(token), body })

test('who tries tokens is slowed down, and whose token is right is let in meanwhile', async () => {
  expect((await use(seen)).status).toBe(200)
  const guessing = Promise.all(
    Array.from({ length: 200 }, (_, n) => use(`guess-${n}-0123456789abcdef`)),
  )
  for (let n = 0; n < 20; n += 1) expect((await use(seen)).status).toBe(200)
  const answers = await guessing
  const slowed = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(20)
  expect(slowed).toHaveLength(180)
  for (const answer of slowed) {
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(replyOf(answer)).toMatchObject({ id: null, error: { code: -32_000 } })
  }
  // From the same address, and never seen before.
  expect((await use(fresh)).status).toBe(200)
})

test('who sends no token is told so, however often', async () => {
  for (let n = 0; n < 50; n += 1) expect((await send(server.url, { body })).status).toBe(401)
})
