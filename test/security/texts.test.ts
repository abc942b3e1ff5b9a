import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import { catalogue } from '../../src/tools/catalogue.js'
import { type StdioServer, startStdioServer } from '../support/stdio-server.js'

/** A tool that so much as looks at it has begun. */
const untouchable = new Proxy({} as ToolContext, {
  get(_target, name) {
    throw new Error(`${String(name)} was used`)
  },
})

const tools = catalogue.map(({ name, input, call }) => ({
  name,
  call,
  fields: Object.keys((input as unknown as { shape: object }).shape),
}))

describe.each(tools)('$name refuses, in every field and before it begins,', ({ call, fields }) => {
  test.each([
    ['a NUL', 'a\0b'],
    ['the first half of a surrogate pair', 'a\ud800'],
    ['the second half of one', '\udc00b'],
  ])('%s', async (_name, text) => {
    for (const field of [...fields, 'no field of it']) {
      for (const value of [text, [text], { a: text }, { [text]: 'a' }, [[{ a: [text] }]]]) {
        await expect(call({ [field]: value }, untouchable)).rejects.toMatchObject({
          code: 'invalid_input',
          message: expect.stringContaining('NUL'),
        })
      }
    }
  })

  test('a key with a NUL', async () => {
    await expect(call({ 'app\0': 'a' }, untouchable)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('NUL'),
    })
  })
})

describe('over MCP', () => {
  let server: StdioServer
  beforeAll(async () => {
    server = await startStdioServer()
  })
  afterAll(() => server.end())

  /** The error of a call whose arguments are written so. */
  async function refusalOf(name: string, args: string) {
    server.write(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}\n`,
    )
    const { result } = await server.answer()
    return { code: result?._meta?.['flyops/error']?.code, text: result?.content?.[0]?.text ?? '' }
  }

  test.each([
    ['build_image', '{"app":"hello","dockerfile":"Dockerfile\\u0000"}'],
    ['build_image', '{"app":"hello","build_args":{"A":"x\\ud800"}}'],
    ['check_health', '{"app":"hello","expect_text":"\\u0000"}'],
    ['deploy_image', '{"app":"hello","image":"x","set":{"a":{"b\\u0000":1}}}'],
    ['doctor', '{"context":"\\udfff"}'],
  ])('%s %s starts nothing', async (name, args) => {
    expect(await refusalOf(name, args)).toMatchObject({ code: 'invalid_input' })
    expect(await server.programCalls()).toEqual([])
  })

  test.each([
    ['lists', '['.repeat(400_000), ']'.repeat(400_000)],
    ['objects', '{"a":'.repeat(100_000), `1${'}'.repeat(100_000)}`],
  ])('%s within each other, without end, are refused in few words', async (_name, open, close) => {
    const { code, text } = await refusalOf('doctor', `{"context":${open}${close}}`)
    expect(code).toBe('invalid_input')
    expect(text.length).toBeLessThan(1_000)
  })

  test('50,000 unheard-of fields are refused in few words', async () => {
    const fields = Array.from({ length: 50_000 }, (_, n) => `"a${n}":1`)
    const { code, text } = await refusalOf('doctor', `{${fields.join()}}`)
    expect(code).toBe('invalid_input')
    expect(text.length).toBeLessThan(1_000)
  })
})
