import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, type HttpServer, rpc, sendRaw, startHttpServer } from '../support/http-server.js'

const token = 'targets-0123456789abcdef'
const body = rpc('tools/list')
const fields = Object.entries({ ...bearer(token), 'content-length': body.length })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

let server: HttpServer

beforeAll(async () => {
  server = await startHttpServer({
    args: ['--allowed-hosts', 'deploy.example.com'],
    env: { FLYOPS_HTTP_TOKEN: token },
  })
})
afterAll(() => server.stop())

/** A good call but for its first line and its names. */
const request = (line: string, names: string) => `${line} HTTP/1.1\r\n${names}${fields}\r\n${body}`
const post = (target: string) => request(`POST ${target}`, 'Host: localhost\r\n')
const host = (names: string) => request('POST /mcp', names)

/** The statuses that came back: one for each request that the server saw. */
async function statusesOf(bytes: string): Promise<readonly number[]> {
  const text = await sendRaw(server.url, bytes)
  return [...text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, status]) => Number(status))
}

describe('a target or a Host that names another server is refused, with a good token too:', () => {
  test.each<[string, string, number]>([
    ['absolute target', post('http://evil.example/mcp'), 403],
    ['absolute target over https', post('https://evil.example/mcp'), 403],
    ['absolute target with our name as its user', post('http://localhost@evil.example/mcp'), 403],
    ['absolute target with our name and a user', post('http://me@localhost/mcp'), 403],
    ['absolute target with a port of its own user', post('http://localhost:80@evil/mcp'), 403],
    ['absolute target that begins like ours', post('http://localhost.evil.example/mcp'), 403],
    ['absolute target of another scheme', post('ftp://localhost/mcp'), 400],
    ['absolute target in capitals', post('HTTP://evil.example/mcp'), 400],
    ['target without a scheme', post('//evil.example/mcp'), 404],
    ['target with backslashes', post('/\\evil.example/mcp'), 400],
    ['Host after ours', host('Host: localhost\r\nHost: evil.example\r\n'), 403],
    ['Host before ours', host('Host: evil.example\r\nHost: localhost\r\n'), 403],
    ['Host twice ours', host('Host: localhost\r\nHost: localhost\r\n'), 403],
    ['Host with a user', host('Host: me@localhost\r\n'), 400],
    ['Host that is our user', host('Host: localhost@evil.example\r\n'), 400],
    ['Host with a path', host('Host: localhost/x\r\n'), 400],
    ['Host that is a list', host('Host: localhost, evil.example\r\n'), 400],
    ['Host that is empty', host('Host: \r\n'), 403],
    ['no Host', host(''), 400],
    ['another name for it', host('Host: localhost\r\nX-Forwarded-Host: x\r\n'), 200],
  ])('%s', async (_name, bytes, status) => {
    expect(await statusesOf(bytes)).toEqual([status])
  })

  test.each(['http://localhost/mcp', 'http://deploy.example.com/mcp'])(
    '%s is ours',
    async (url) => {
      expect(await statusesOf(post(url))).toEqual([200])
    },
  )
})

/** What a server in front might pass on as one request, and this one read as two. */
const second = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'
const chunked = (name: string, body = `0\r\n\r\n${second}`) =>
  `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${name}\r\n\r\n${body}`

describe('one request is never read as two:', () => {
  test.each<[string, string]>([
    ['length and chunks', chunked('Content-Length: 4\r\nTransfer-Encoding: chunked')],
    ['chunks and length', chunked('Transfer-Encoding: chunked\r\nContent-Length: 4')],
    ['two lengths', host('Host: localhost\r\nContent-Length: 1\r\n')],
    ['a length with a sign', chunked('Content-Length: +4')],
    ['another encoding', chunked('Transfer-Encoding: xchunked')],
    ['chunks within another encoding', chunked('Transfer-Encoding: chunked, identity')],
    ['a space before the colon', chunked('Transfer-Encoding : chunked')],
    ['a folded line', chunked('X-One: 1\r\n Transfer-Encoding: chunked')],
    ['a bare line feed in a header', chunked('X-One: 1\nTransfer-Encoding: chunked')],
    ['a size with a sign', chunked('Transfer-Encoding: chunked', `-1\r\n\r\n${second}`)],
    ['a line feed in a size', chunked('Transfer-Encoding: chunked', `1;a\nb\r\n \r\n${second}`)],
    ['no size', chunked('Transfer-Encoding: chunked', `x\r\n\r\n${second}`)],
    ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    const statuses = await statusesOf(bytes)
    expect(statuses.filter((status) => status !== 400)).toEqual([])
    expect(statuses.length).toBeLessThanOrEqual(1)
  })
})

describe('nobody changes the protocol:', () => {
  test.each(['h2c', 'websocket', 'TLS/1.3'])('%s is not upgraded to', async (name) => {
    const names = `Host: localhost\r\nConnection: Upgrade\r\nUpgrade: ${name}\r\n`
    expect(await statusesOf(host(names))).toEqual([200])
  })

  test('CONNECT gets nothing', async () => {
    const bytes = 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'
    expect(await statusesOf(bytes)).toEqual([])
  })
})
