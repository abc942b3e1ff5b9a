import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type HttpServer,
  mcpHeaders,
  replyOf,
  rpc,
  send,
  startHttpServer,
} from '../support/http-server.js'

const ping = rpc('ping')

let server: HttpServer

beforeAll(async () => {
  server = await startHttpServer({ env: { FLYOPS_COMMIT: '1a2b3c4' } })
})
afterAll(() => server.stop())

describe('HTTP on loopback, without tokens', () => {
  test('a client lists the tools and calls one', async () => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(server.url))
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('create_app')
    const result = await client.callTool({ name: 'create_app', arguments: { app: 'Not Legal' } })
    expect(result._meta?.['flyops/error']).toMatchObject({ code: 'invalid_input' })
    await client.close()
  })

  test('/info says that the server is well, and what it is, whatever Host it is asked by', async () => {
    const headers = { host: '10.0.0.1:8080', origin: 'https://evil.example' }
    const answer = await send(new URL('/info', server.url), { method: 'GET', headers })
    expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(/^Health Ok!/) })
    expect(answer.text).toMatch(/flyops \d+\.\d+\.\d+, commit 1a2b3c4/)
  })

  test('people get a page, on which nothing can run', async () => {
    const root = await send(new URL('/', server.url), { method: 'GET' })
    expect([root.status, root.headers.location]).toEqual([302, '/static/'])
    const page = await send(new URL('/static/', server.url), { method: 'GET' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('claude mcp add --transport http')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  })

  test.each(['GET', 'DELETE', 'PUT', 'OPTIONS'])('%s of /mcp is not served', async (method) => {
    const answer = await send(server.url, { method })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST'])
    expect(replyOf(answer).error?.message).toContain('POST')
  })

  test.each<[string, string, Record<string, string>, number, string?, unknown?]>([
    ['another path', '/admin', {}, 404],
    ['an answer that it cannot give', '/mcp', { accept: 'text/html' }, 406],
    ['another type of content', '/mcp', { 'content-type': 'text/plain' }, 415],
    ['no JSON', '/mcp', {}, 400, '{'],
    ['nothing', '/mcp', {}, 400, ''],
    ['no message', '/mcp', {}, 400, '"ping"'],
    ['many messages in one', '/mcp', {}, 400, `[${ping},${ping}]`],
    ['another version of MCP', '/mcp', { 'mcp-protocol-version': '1999-01-01' }, 400, ping, 1],
  ])('%s is refused in JSON-RPC', async (...row) => {
    const [_name, path, headers, status, body = ping, id = null] = row
    const answer = await send(new URL(path, server.url), {
      headers: {
        ...mcpHeaders,
        ...headers,
      },
      body,
    })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/json')
    expect(replyOf(answer)).toMatchObject({
      jsonrpc: '2.0',
      id,
      error: { code: expect.any(Number) },
    })
  })
})
