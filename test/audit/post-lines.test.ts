import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { postLines } from '../../src/audit/post-lines.js'
import type { Log } from '../../src/log.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const ok: Answer = (response) => response.writeHead(204).end()

/** An address that takes lines as it is told to. */
async function openCollector(answer: Answer = ok) {
  const posts: { readonly lines: readonly string[]; readonly headers: object }[] = []
  const collector = { answer, posts, url: '' }
  const server = createServer(async (request, response) => {
    const lines = (await text(request)).trimEnd().split('\n')
    posts.push({ lines, headers: request.headers })
    collector.answer(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
  return collector
}

/** A log that can be looked at. */
function createWarnings() {
  const warnings: { readonly text: string; readonly lost?: number }[] = []
  const warn = (details: object, message: string) => warnings.push({ ...details, text: message })
  return { warnings, log: { warn } as unknown as Log }
}

const quick = { gather: 5, firstPause: 5, longestPause: 20, flush: 200 }

test('lines that come together go together, with the token', async () => {
  const { url, posts } = await openCollector()
  const sink = postLines({ url, token: 'abc', log: createWarnings().log, times: quick })
  sink.add('{"a":1}')
  sink.add('{"a":2}')
  await expect.poll(() => posts.length).toBe(1)
  expect(posts[0]).toMatchObject({
    lines: ['{"a":1}', '{"a":2}'],
    headers: { authorization: 'Bearer abc', 'content-type': 'application/x-ndjson' },
  })
  sink.add('{"a":3}')
  await expect.poll(() => posts[1]?.lines).toEqual(['{"a":3}'])
})

test('what the address does not take is sent again, in its order, and told once', async () => {
  const collector = await openCollector((response) => response.writeHead(503).end())
  const { warnings, log } = createWarnings()
  const sink = postLines({ url: collector.url, token: undefined, log, times: quick })
  sink.add('1')
  await expect.poll(() => collector.posts.length).toBeGreaterThan(2)
  sink.add('2')
  collector.answer = ok
  await expect.poll(() => collector.posts.at(-1)?.lines.at(-1)).toBe('2')
  await sink.flush()
  expect(warnings).toMatchObject([{ text: 'audit lines wait', why: 'it answered 503' }])
})

test('more lines than may wait are lost, counted and told', async () => {
  const { url } = await openCollector(() => {})
  const { warnings, log } = createWarnings()
  const sink = postLines({ url, token: undefined, log, times: quick, maxWaitingChars: 10 })
  for (const line of ['12345', '67890', 'x', 'y']) sink.add(line)
  expect(warnings.at(-1)).toMatchObject({ text: 'audit lines were lost', lost: 2 })
  await sink.flush()
  expect(warnings.at(-1)).toMatchObject({ text: 'audit lines were lost', lost: 4 })
})

test('lines that an address refuses for what they are hold up no others', async () => {
  const collector = await openCollector((response) => response.writeHead(400).end())
  const { warnings, log } = createWarnings()
  const sink = postLines({ url: collector.url, token: undefined, log, times: quick })
  sink.add('bad')
  await expect.poll(() => warnings).toMatchObject([{ lost: 1 }])
  collector.answer = ok
  sink.add('good')
  await expect.poll(() => collector.posts.at(-1)?.lines).toEqual(['good'])
})

test('no redirect takes the token elsewhere', async () => {
  const other = await openCollector()
  const { url } = await openCollector((response) =>
    response.writeHead(307, { location: other.url }).end(),
  )
  const { warnings, log } = createWarnings()
  const sink = postLines({ url, token: 'abc', log, times: quick })
  sink.add('1')
  await expect.poll(() => warnings).toMatchObject([{ why: 'it answered 307' }])
  await sink.flush()
  expect(other.posts).toEqual([])
})

test('what waits goes at the end without a pause', async () => {
  const { url, posts } = await openCollector()
  const patient = { ...quick, gather: 60_000 }
  const sink = postLines({ url, token: undefined, log: createWarnings().log, times: patient })
  sink.add('1')
  await sink.flush()
  expect(posts).toHaveLength(1)
})
