import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type HttpServer,
  mcpHeaders,
  replyOf,
  rpc,
  send,
  startHttpServer,
} from '../support/http-server.js'

let server: HttpServer

beforeAll(async () => {
  server = await startHttpServer()
})
afterAll(() => server.stop())

describe('a body is answered in JSON-RPC:', () => {
  test.each<[string, string | Buffer, number, number, unknown?]>([
    ['words', 'hello', 400, -32_700],
    ['bytes that are no UTF-8', Buffer.from('7b2261223a22ff227d', 'hex'), 400, -32_700],
    ['a list of messages', `[${rpc('ping')}]`, 400, -32_600],
    ['an empty object', '{}', 400, -32_600],
    ['another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}', 400, -32_600, 7],
    ['a method that is no text', '{"jsonrpc":"2.0","id":7,"method":7}', 400, -32_600, 7],
    ['no parameters', rpc('tools/call'), 200, -32_602, 1],
    ['a list of parameters', rpc('tools/call', ['doctor']), 200, -32_602, 1],
  ])('%s', async (_name, body, status, code, id = null) => {
    const answer = await send(server.url, { headers: mcpHeaders, body })
    expect([answer.status, replyOf(answer)]).toMatchObject([status, { id, error: { code } }])
    expect(answer.headers['content-type']).toContain('application/json')
  })

  test.each([null, [], ['app'], 'app', '', 7, true].map((args) => [args]))(
    'arguments that are %j are wrong parameters, and nothing is started',
    async (args) => {
      const body = rpc('tools/call', { name: 'doctor', arguments: args })
      const answer = await send(server.url, { headers: mcpHeaders, body })
      expect([answer.status, replyOf(answer).error?.code]).toEqual([200, -32_602])
      expect(await server.programCalls()).toEqual([])
    },
  )

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json-patch+json', ''])(
    'a call as %j, which a page in a browser could send, is none',
    async (type) => {
      const body = rpc('tools/call', { name: 'doctor', arguments: {} })
      const headers = { ...mcpHeaders, 'content-type': type }
      expect((await send(server.url, { headers, body })).status).toBe(415)
      expect(await server.programCalls()).toEqual([])
    },
  )
})
