import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  type ClientCapabilities,
  ElicitRequestSchema,
  type ElicitResult,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js'
import { afterEach, expect, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import type { Answer } from '../../src/flow/context.js'
import { createFront } from '../../src/mcp/front.js'
import type { RpcMessage } from '../../src/mcp/message.js'

let client: Client | undefined

afterEach(() => client?.close())

const info = { name: 'asks', version: '1' }

/** A client of the SDK before a server whose only tool asks; `outcome` is what came of its question. */
async function connect(
  capabilities: ClientCapabilities,
  answer?: (signal: AbortSignal) => Promise<ElicitResult>,
) {
  const outcome = Promise.withResolvers<Answer | 'not asked' | undefined>()
  const transport: Transport = {
    start: async () => {},
    close: async () => {},
    send: async () => {},
  }
  const front = createFront(
    {
      caller: { owner: 'local', scope: fullScope },
      modern: { methods: {}, info, onError: () => {} },
      greeting: { capabilities: { tools: {} }, serverInfo: info },
      legacy: {
        async 'tools/call'({ params, askToType }) {
          if (askToType === undefined) outcome.resolve('not asked')
          else askToType(String(params.name)).then(outcome.resolve, outcome.reject)
          const asked = await outcome.promise
          return { content: [{ type: 'text', text: JSON.stringify(asked ?? null) }] }
        },
      },
    },
    async (message) => transport.onmessage?.(message as JSONRPCMessage),
  )
  transport.send = async (message) => front.receive(message as RpcMessage)
  client = new Client({ name: 'answers', version: '1' }, { capabilities })
  if (answer !== undefined)
    client.setRequestHandler(ElicitRequestSchema, (_request, { signal }) => answer(signal))
  await client.connect(transport)
  return { client, front, outcome: outcome.promise }
}

const form = { elicitation: {} }
const typed = async (): Promise<ElicitResult> => ({ action: 'accept', content: { typed: 'hello' } })

test.each<[string, ClientCapabilities, boolean]>([
  ['asks clients that show forms, which is what an empty declaration says', form, true],
  ['asks clients that say so', { elicitation: { form: {}, url: {} } }, true],
  ['leaves clients alone that only open addresses', { elicitation: { url: {} } }, false],
  ['leaves clients alone that declare nothing', {}, false],
])('%s', async (_name, capabilities, expected) => {
  const { client, outcome } = await connect(capabilities, expected ? typed : undefined)
  await client.callTool({ name: 'question' })
  expect(await outcome).toEqual(expected ? { typed: 'hello' } : 'not asked')
})

test.each<[string, () => Promise<ElicitResult>, Answer | undefined]>([
  ['typed', typed, { typed: 'hello' }],
  ['declined', async () => ({ action: 'decline' }), { typed: undefined }],
  ['closed', async () => ({ action: 'cancel' }), { typed: undefined }],
  [
    'declined with the name left in the form',
    async () => ({ action: 'decline', content: { typed: 'hello' } }),
    { typed: undefined },
  ],
  ['failed', () => Promise.reject(new Error('no window')), undefined],
])('an answer that is %s', async (_name, answer, expected) => {
  const { client, outcome } = await connect(form, answer)
  await client.callTool({ name: 'question' })
  expect(await outcome).toEqual(expected)
})

test('takes the question back where the call is cancelled', async () => {
  const asked = Promise.withResolvers<void>()
  const takenBack = Promise.withResolvers<void>()
  const { client, outcome } = await connect(form, (signal) => {
    signal.addEventListener('abort', () => takenBack.resolve())
    asked.resolve()
    return new Promise(() => {})
  })
  const cancel = new AbortController()
  const call = client.callTool({ name: 'question' }, undefined, { signal: cancel.signal })
  await asked.promise
  cancel.abort()
  await expect(call).rejects.toThrow()
  await expect(outcome).rejects.toBeDefined()
  await takenBack.promise
})

test('an answer to a question that nobody asked means nothing', async () => {
  const { client, front } = await connect({})
  front.receive({ jsonrpc: '2.0', id: 1, result: { action: 'accept' } })
  expect(await client.ping()).toEqual({})
})

test('a method that there is not is told as such', async () => {
  const { client } = await connect({})
  await expect(client.listTools()).rejects.toMatchObject({ code: -32_601 })
})
