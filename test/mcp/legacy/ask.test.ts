import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  type ClientCapabilities,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js'
import { afterEach, expect, test } from 'vitest'
import type { Answer } from '../../../src/flow/context.js'
import { askToType, mayAsk } from '../../../src/mcp/legacy/ask.js'

let client: Client | undefined

afterEach(() => client?.close())

/** A client and a server whose only tool asks; `outcome` is what came of its question. */
async function connect(
  capabilities: ClientCapabilities,
  answer?: (signal: AbortSignal) => Promise<ElicitResult>,
) {
  const server = new Server({ name: 'asks', version: '1' }, { capabilities: { tools: {} } })
  const outcome = Promise.withResolvers<Answer | undefined>()
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const asked = askToType(params.name, extra)
    asked.then(outcome.resolve, outcome.reject)
    return { content: [{ type: 'text', text: (await asked)?.typed ?? '' }] }
  })
  client = new Client({ name: 'answers', version: '1' }, { capabilities })
  if (answer !== undefined)
    client.setRequestHandler(ElicitRequestSchema, (_request, { signal }) => answer(signal))
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours)
  // The SDK's client overlooks that the very first request, number 0, is taken back (1.32).
  await server.ping()
  return { server, client, outcome: outcome.promise }
}

const form = { elicitation: {} }

test.each([
  ['asks clients that show forms, which is what an empty declaration says', form, true],
  ['asks clients that say so', { elicitation: { form: {}, url: {} } }, true],
  ['leaves clients alone that only open addresses', { elicitation: { url: {} } }, false],
  ['leaves clients alone that declare nothing', {}, false],
])('%s', async (_name, capabilities, expected) => {
  const { server } = await connect(capabilities)
  expect(mayAsk(server)).toBe(expected)
})

test.each<[string, () => Promise<ElicitResult>, Answer | undefined]>([
  ['typed', async () => ({ action: 'accept', content: { typed: 'hello' } }), { typed: 'hello' }],
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
  await expect(outcome).rejects.toThrow()
  await takenBack.promise
})
