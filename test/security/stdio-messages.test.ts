import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StdioServer, startStdioServer } from '../support/stdio-server.js'

let server: StdioServer

beforeAll(async () => {
  server = await startStdioServer()
})
afterAll(() => server.end())

let pings = 0

/** What comes back for a line; undefined where nothing does, and the server goes on. */
async function answerTo(line: string | Uint8Array) {
  pings += 1
  const id = `ping-${pings}`
  server.write(line)
  server.write(`\n{"jsonrpc":"2.0","id":"${id}","method":"ping"}\n`)
  const first = await server.answer()
  if (first.id === id) return undefined
  expect(await server.answer()).toMatchObject({ id, result: {} })
  return first
}

const call = (args: unknown) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'doctor', arguments: args },
  })

describe('a line on standard input is answered, and the server goes on:', () => {
  test.each<[string, string | Uint8Array]>([
    ['words', 'hello'],
    ['half a message', '{"jsonrpc":"2.0","id":1,"method":'],
    ['two messages in one', '{"jsonrpc":"2.0","id":1,"method":"ping"}{}'],
    ['a NUL', '\0'],
    ['a number that is none', '{"jsonrpc":"2.0","id":NaN,"method":"ping"}'],
    ['bytes that are no UTF-8', Buffer.from('7b2261223a22ff227d', 'hex')],
  ])('%s is no JSON', async (_name, line) => {
    expect(await answerTo(line)).toMatchObject({ id: null, error: { code: -32_700 } })
  })

  test.each<[string, string, string | number | null]>([
    ['a text', '"ping"', null],
    ['null', 'null', null],
    ['a list of messages', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', null],
    ['an empty object', '{}', null],
    ['another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}', 7],
    ['no version', '{"id":"seven","method":"ping"}', 'seven'],
    ['a method that is no text', '{"jsonrpc":"2.0","id":7,"method":7}', 7],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', null],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', null],
    ['a field too many', '{"jsonrpc":"2.0","id":7,"method":"ping","more":1}', 7],
    ['a response that is none', '{"jsonrpc":"2.0","id":7,"result":7}', null],
  ])('%s is no message', async (_name, line, id) => {
    expect(await answerTo(line)).toMatchObject({ id, error: { code: -32_600 } })
  })

  test.each([null, [], ['app'], 'app', '', 7, true].map((args) => [args]))(
    'arguments that are %j are wrong parameters, and nothing is started',
    async (args) => {
      expect(await answerTo(call(args))).toMatchObject({
        id: 7,
        error: { code: -32_602, message: expect.stringContaining('arguments') },
      })
      expect(await server.programCalls()).toEqual([])
    },
  )

  test.each([
    ['no name', { jsonrpc: '2.0', id: 7, method: 'tools/call', params: {} }],
    ['a list of parameters', { jsonrpc: '2.0', id: 7, method: 'tools/call', params: ['doctor'] }],
    ['no parameters', { jsonrpc: '2.0', id: 7, method: 'tools/call' }],
    ['initialize without parameters', { jsonrpc: '2.0', id: 7, method: 'initialize' }],
  ])('%s: wrong parameters', async (_name, message) => {
    expect(await answerTo(JSON.stringify(message))).toMatchObject({
      id: 7,
      error: { code: -32_602 },
    })
  })

  test.each(['', '\r', ' \t'])('%j says nothing, and gets nothing', async (line) => {
    expect(await answerTo(line)).toBeUndefined()
  })

  test('a message that comes byte by byte, and ends with \\r\\n, is read', async () => {
    for (const byte of Buffer.from('{"jsonrpc":"2.0","id":"bytes","method":"ping"}\r\n')) {
      server.write(Uint8Array.of(byte))
    }
    expect(await server.answer()).toMatchObject({ id: 'bytes', result: {} })
  })
})

const megabyte = 1024 * 1024

describe('a line of more than 1 MB', () => {
  test('is refused before its end comes, skipped to there, and the server goes on', async () => {
    server.write('x'.repeat(megabyte + 1))
    expect(await server.answer()).toMatchObject({ id: null, error: { code: -32_000 } })
    expect(await answerTo('x'.repeat(megabyte))).toBeUndefined()
  })

  test('that goes on for 200 MB costs next to no memory', async () => {
    const before = await peakBytes()
    const chunk = Buffer.alloc(4 * megabyte, ' ')
    for (let n = 0; n < 50; n += 1) await written(chunk)
    expect(await server.answer()).toMatchObject({ id: null, error: { code: -32_000 } })
    expect(await answerTo('')).toBeUndefined()
    expect((await peakBytes()) - before).toBeLessThan(100 * megabyte)
  })

  test('one of almost 1 MB is read', async () => {
    const line = '{"jsonrpc":"2.0","id":"long","method":"ping"}'
    server.write(`${line.padEnd(megabyte)}\n`)
    expect(await server.answer()).toMatchObject({ id: 'long', result: {} })
  })
})

function written(chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => server.process.stdin?.write(chunk, () => resolve()))
}

/** The most memory that the server ever had (proc(5)). */
async function peakBytes(): Promise<number> {
  const text = await readFile(`/proc/${server.process.pid}/status`, 'utf8')
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1])
}
