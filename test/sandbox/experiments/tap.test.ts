import { expect, test } from 'vitest'
import { createRedact } from '../../../src/process/redact.js'
import { createSecrets } from '../../../src/sandbox/experiments/secrets-shown.js'
import { createTap } from '../../../src/sandbox/experiments/tap.js'

const password = 'postgres://hello:pw-7f3a91c2e5@db/hello'

function listen() {
  const entries: unknown[] = []
  const tap = createTap({
    now: () => 5,
    redact: createRedact(['the-token-of-fly']),
    secrets: createSecrets({ DATABASE_URL: password }),
    onEntry: (entry) => entries.push(entry),
  })
  const ask = (id: number, method: string, params?: object) =>
    tap.fromClient(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  const answer = (id: number, result: object) => {
    const line = JSON.stringify({ jsonrpc: '2.0', id, result })
    tap.fromServer(line)
    return Buffer.byteLength(line)
  }
  return { entries, tap, ask, answer }
}

test('calls and other answers are told apart, with their bytes', () => {
  const { entries, tap, ask, answer } = listen()
  ask(1, 'tools/list')
  ask(2, 'tools/call', { name: 'ship', arguments: { app: 'hello' } })
  tap.fromServer('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}')
  tap.fromServer('no message at all')
  const callBytes = answer(2, { content: [{ type: 'text', text: 'Shipped é' }] })
  const listBytes = answer(1, { tools: [] })
  expect(entries).toEqual([
    expect.objectContaining({
      kind: 'call',
      tool: 'ship',
      arguments: { app: 'hello' },
      bytes: callBytes,
      is_error: false,
      text: 'Shipped é',
      shown: [],
    }),
    { kind: 'message', at_ms: 5, method: 'tools/list', bytes: listBytes },
  ])
})

test('an error, of the tool or of the protocol, is one', () => {
  const { entries, tap, ask, answer } = listen()
  ask(1, 'tools/call', { name: 'ship' })
  answer(1, { isError: true, content: [] })
  ask(2, 'tools/call', { name: 'nope' })
  tap.fromServer('{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no such tool"}}')
  expect(entries).toMatchObject([{ is_error: true }, { is_error: true }])
})

test('secrets are found in what was shown, and are not kept', () => {
  const { entries, ask, answer } = listen()
  ask(1, 'tools/call', { name: 'ship', arguments: { env: { TOKEN: 'the-token-of-fly' } } })
  const encoded = Buffer.from(password).toString('base64')
  answer(1, { content: [{ type: 'text', text: `it logged ${encoded} and ${password}` }] })
  expect(entries).toMatchObject([
    { shown: ['DATABASE_URL'], arguments: { env: { TOKEN: '[redacted]' } } },
  ])
  const kept = JSON.stringify(entries)
  for (const secret of [password, encoded, 'the-token-of-fly']) expect(kept).not.toContain(secret)
  expect(kept).toContain('[secret DATABASE_URL]')
})
