import { expect, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import { createHttpApp } from '../../src/mcp/http-app.js'

const errors: unknown[] = []

function open(ending: AbortSignal) {
  return createHttpApp({
    modern: { methods: {}, info: { name: 'test', version: '1' }, onError: () => {} },
    createLegacyServer: () => {
      throw new Error('secret of the inside')
    },
    verify: undefined,
    oauth: undefined,
    localCaller: { owner: 'local', scope: fullScope },
    allowedHosts: ['localhost'],
    commit: undefined,
    ending,
    onError: (error) => errors.push(error),
  })
}

const post = {
  method: 'POST',
  headers: { host: 'localhost' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
}

test('on a connection that outlives the server’s end no call begins', async () => {
  const answer = await open(AbortSignal.abort()).request('/mcp', post)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 } })
})

test('a failure of ours is answered without its text, and told to the log', async () => {
  const answer = await open(new AbortController().signal).request('/mcp', post)
  expect([answer.status, await answer.text()]).toEqual([
    500,
    '{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":null}',
  ])
  expect(errors).toMatchObject([{ message: 'secret of the inside' }])
})
