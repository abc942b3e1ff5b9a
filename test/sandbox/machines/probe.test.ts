import { createServer, type RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { HealthCheck } from '../../../src/sandbox/machines/check-list.js'
import { probe } from '../../../src/sandbox/machines/probe.js'
import { close, freePort, listen } from '../../../src/sandbox/ports.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of closers.splice(0)) await end()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  closers.push(() => close(server))
  return listen(server, 0)
}

function check(change: Partial<HealthCheck>): HealthCheck {
  return {
    name: 'servicecheck-00-http-8080',
    kind: 'http',
    port: 8080,
    intervalMs: 1_000,
    timeoutMs: 2_000,
    graceMs: 0,
    method: 'GET',
    path: '/info',
    headers: {},
    ...change,
  }
}

test('a 2xx passes, with the body as output', async () => {
  const port = await serve((_request, response) => response.end('Health Ok!\n'))
  expect(await probe(check({ port }), '127.0.0.1')).toEqual({
    passing: true,
    output: `HTTP GET http://127.0.0.1:${port}/info: 200 OK Output: Health Ok!`,
  })
})

test('a redirect is not followed and does not pass', async () => {
  const asked: (string | undefined)[] = []
  const port = await serve((request, response) => {
    asked.push(request.url)
    response.writeHead(301, { location: '/info/' }).end('Moved')
  })
  const result = await probe(check({ port }), '127.0.0.1')
  expect(result).toEqual({
    passing: false,
    output: `HTTP GET http://127.0.0.1:${port}/info: 301 Moved Permanently Output: Moved`,
  })
  expect(asked).toEqual(['/info'])
})

test('sends the method and the headers of the check', async () => {
  const port = await serve((request, response) =>
    response.end(`${request.method} ${request.headers['x-check']}`),
  )
  const asked = check({ port, method: 'POST', headers: { 'X-Check': 'yes' } })
  expect((await probe(asked, '127.0.0.1')).output).toContain('Output: POST yes')
})

test('says when nothing listens', async () => {
  const port = await freePort()
  expect(await probe(check({ port }), '127.0.0.1')).toEqual({
    passing: false,
    output: `Get "http://127.0.0.1:${port}/info": connect: connection refused`,
  })
  expect(await probe(check({ port, kind: 'tcp' }), '127.0.0.1')).toMatchObject({ passing: false })
})

test('gives up on an app that does not answer', async () => {
  const port = await serve(() => {})
  const result = await probe(check({ port, timeoutMs: 50 }), '127.0.0.1')
  expect(result).toMatchObject({ passing: false })
  expect(result.output).toContain('context deadline exceeded')
})

test('a header that HTTP does not allow fails the check and nothing else', async () => {
  const asked = check({ headers: { 'not a name': 'x' } })
  expect(await probe(asked, '127.0.0.1')).toMatchObject({ passing: false })
})

test.each(['@HOST/latest', '//HOST/latest', 'http://HOST/latest', '.HOST/latest'])(
  'asks the machine alone, with the path %s',
  async (path) => {
    const asked: (string | undefined)[] = []
    const inside = await serve((request, response) => {
      asked.push(request.url)
      response.end('the credentials of this machine')
    })
    const port = await serve((_request, response) => response.end('the app'))
    const hostile = path.replace('HOST', `127.0.0.1:${inside}`)
    const { output } = await probe(check({ port, path: hostile }), '127.0.0.1')
    expect(output).not.toContain('credentials')
    expect(asked).toEqual([])
  },
)
