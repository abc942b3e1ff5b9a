import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bearer,
  type HttpServer,
  replyOf,
  rpc,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'

const token = 'limits-0123456789abcdef'
const list = rpc('tools/list')
const megabyte = 1024 * 1024

let server: HttpServer

beforeAll(async () => {
  server = await startHttpServer({ env: { FLYOPS_HTTP_TOKEN: token } })
})
afterAll(() => server.stop())

const opening = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n'
const authorized = `${opening}Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`

describe('a body beyond 1 MB', () => {
  test('announced: refused', async () => {
    const body = Buffer.alloc(5 * megabyte, ' ')
    const answer = await send(server.url, { headers: bearer(token), body })
    expect([answer.status, replyOf(answer).error?.code]).toEqual([413, -32_000])
  })

  test('one of almost 1 MB is read', async () => {
    const body = list.padEnd(megabyte - 1)
    expect((await send(server.url, { headers: bearer(token), body })).status).toBe(200)
  })

  test.each([
    ['endless chunks: refused', authorized, 413],
    ['endless chunks without a token: not even read', opening, 401],
  ])('%s, and the connection ends', async (_name, begin, status) => {
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    const answer = await trickle(`${begin}Transfer-Encoding: chunked\r\n\r\n`, chunk, 5)
    expect(answer.text).toContain(`HTTP/1.1 ${status} `)
    expect(answer.sentBytes).toBeLessThan(100 * megabyte)
  })
})

/** Writes now and then until the server gives up; what it said, and how long it took. */
async function trickle(begin: string, more: string, everyMs = 500) {
  const startedAt = performance.now()
  const socket = connect(Number(server.url.port), server.url.hostname).on('error', () => {})
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  if (begin !== '') socket.write(begin)
  const timer = setInterval(() => more !== '' && socket.write(more), everyMs)
  await new Promise((resolve) => socket.on('close', resolve))
  clearInterval(timer)
  return { text, sentBytes: socket.bytesWritten, seconds: (performance.now() - startedAt) / 1000 }
}

describe.concurrent('who sends slowly is cut off', () => {
  test.for([
    ['headers', opening, 'x', 20],
    ['nothing at all', '', '', 20],
    ['a body', `${authorized}Content-Length: 100000\r\n\r\n`, ' ', 40],
    ['chunks', `${authorized}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n', 40],
  ] as const)('%s', async ([, begin, more, limit], { expect }) => {
    const { text, seconds } = await trickle(begin, more)
    expect(seconds).toBeLessThan(limit)
    expect(text).not.toMatch(/^HTTP\/1.1 2/)
    expect(text).not.toContain('<')
  })

  test('and 100 of them keep nobody else waiting', async ({ expect }) => {
    const slow = Array.from({ length: 100 }, () => trickle(opening, 'x'))
    const startedAt = performance.now()
    const answer = await send(server.url, { headers: bearer(token), body: list })
    expect([answer.status, performance.now() - startedAt < 5_000]).toEqual([200, true])
    await Promise.all(slow)
  })
})

describe('many callers', () => {
  test('50 at once get each their own answer', async () => {
    const call = async (n: number) => {
      const body = toolCall('list_releases', { app: `Not legal ${n}` })
      const answer = await send(server.url, {
        headers: bearer(token),
        body: body.replace('"id":1', `"id":${n}`),
      })
      return replyOf(answer)
    }
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => call(n)))
    expect(replies.map(({ id }) => id)).toEqual(replies.map((_, n) => n))
    expect(replies.every(({ result }) => result?.isError)).toBe(true)
  })

  test('one that asks too often waits; another is served', async () => {
    const busy = await startHttpServer({ env: { FLYOPS_HTTP_TOKEN: token } })
    try {
      let last = await send(busy.url, { headers: bearer(token), body: list })
      for (let n = 1; n <= 600 && last.status === 200; n += 1) {
        last = await send(busy.url, { headers: bearer(token), method: 'POST', body: list })
      }
      expect([last.status, replyOf(last).error?.code]).toEqual([429, -32_000])
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
      expect((await send(new URL('/info', busy.url), { method: 'GET' })).status).toBe(200)
    } finally {
      await busy.stop()
    }
  })
})
