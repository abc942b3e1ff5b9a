import { expect, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import { fullPolicy } from '../../src/access/policy.js'
import { FlyopsError, type NextCall } from '../../src/errors.js'
import type { ToolClients, ToolContext } from '../../src/flow/context.js'
import { unwatched } from '../../src/flow/watch.js'
import { createLog } from '../../src/log.js'
import { answerCall } from '../../src/mcp/call.js'
import { createOutgoing } from '../../src/process/outgoing.js'
import { createRedact } from '../../src/process/redact.js'
import { readsOnly, type Tool } from '../../src/tools/tool.js'

const long = 'x'.repeat(100_000)

/** Calls a tool that does this; what the client sees of it. */
async function call(run: (context: ToolContext) => ReturnType<Tool['call']>) {
  const tool = {
    name: 'doctor',
    annotations: readsOnly,
    namedApps: () => undefined,
    call: (_args: unknown, context: ToolContext) => run(context),
  }
  const messages: string[] = []
  const questions: string[] = []
  const answer = await answerCall(
    tool as unknown as Tool,
    {
      caller: { owner: 'local', scope: fullScope },
      name: tool.name,
      args: {},
      signal: new AbortController().signal,
      keepsWork: () => false,
      takesTasks: false,
      sendProgress: ({ message }) => messages.push(message),
      askToType: async (question) => {
        questions.push(question)
        return undefined
      },
    },
    {
      catalogue: [tool as unknown as Tool],
      clients: {
        registryHost: 'registry.fly.io',
        log: createLog('silent'),
        watch: unwatched,
      } as ToolClients,
      calls: { run: (_owner, work) => work() },
      policy: fullPolicy,
      redact: createOutgoing(createRedact(['s3cret-value'])),
    },
  )
  if (answer.kind !== 'result') throw new Error('A task.')
  const { result } = answer
  const [content] = result.content
  return { ...result, text: content?.type === 'text' ? content.text : '', messages, questions }
}

test('progress is plain, without secrets, and short', async () => {
  const { messages } = await call(async (context) => {
    context.progress({ message: `\u001b[2Jdeploying s3cret-value ${long}` })
    return { output: {}, summary: '' }
  })
  expect(messages[0]).toMatch(/^deploying \[redacted\] x+…$/)
  expect(messages[0]).toHaveLength(300)
})

test('a question to the person is plain', async () => {
  const { questions } = await call(async (context) => {
    await context.askToType?.('Destroy \u202eolleh?')
    return { output: {}, summary: '' }
  })
  expect(questions).toEqual(['Destroy olleh?'])
})

test('a result that is too long says what is missing, and keeps its calls', async () => {
  const next = [{ tool: 'doctor', arguments: { env: { A: long } }, why: 'as it stands' }]
  const machines = Array.from({ length: 3_000 }, (_, index) => ({ id: `m${index}`, said: 'y' }))
  const output = { app: 'hello', machines, reason: long, next }
  const { text, structuredContent } = await call(async () => ({ output, summary: long }))
  const [summary = '', json = ''] = text.split('\n')
  expect(summary).toHaveLength(2_000)
  expect({ summary, ...JSON.parse(json) }).toEqual(structuredContent)
  expect(structuredContent).toMatchObject({
    app: 'hello',
    next,
    left_out: ['machines (50 of 3000)', 'reason (cut)'],
  })
  const { next: _next, summary: _summary, ...rest } = structuredContent ?? {}
  expect(JSON.stringify(rest).length).toBeLessThan(24_000)
})

test('a result that is short is as it was, beneath its sentence', async () => {
  const output = { reason: 'z'.repeat(20_000) }
  const { text, structuredContent } = await call(async () => ({ output, summary: 'It works.' }))
  expect(structuredContent).toEqual({ summary: 'It works.', ...output })
  expect(text).toBe(`It works.\n${JSON.stringify(output)}`)
})

test('the calls that an error offers are plain, and without secrets', async () => {
  const next: NextCall[] = [
    { tool: 'doctor', arguments: { app: 'a\u202eb' }, why: 's3cret-value\u001b[2J' },
  ]
  const { text, _meta } = await call(async () => {
    throw new FlyopsError('unhealthy', 'deploy', 'hello is unhealthy.', { next })
  })
  const shown = [{ tool: 'doctor', arguments: { app: 'ab' }, why: '[redacted]' }]
  expect(_meta?.['flyops/error']).toMatchObject({ next: shown })
  expect(text).toContain('- doctor {"app":"ab"}: [redacted]')
})
