import { expect, test } from 'vitest'
import { z } from 'zod'
import { fullScope } from '../../src/access/caller.js'
import { fullPolicy } from '../../src/access/policy.js'
import { FlyopsError } from '../../src/errors.js'
import { type CallParts, callTool, defineTool, readsOnly } from '../../src/tools/tool.js'

const permission = { policy: fullPolicy, caller: { owner: 'local', scope: fullScope } }
const logged: unknown[] = []
const parts = {
  registryHost: 'registry.fly.io',
  signal: new AbortController().signal,
  log: { error: (details: unknown) => logged.push(details) },
} as unknown as CallParts

function toolThat(run: () => Promise<{ readonly said: string }>) {
  return defineTool({
    name: 'say',
    title: 'Say',
    description: '',
    annotations: readsOnly,
    input: z.strictObject({ app: z.string().optional() }),
    output: z.object({ said: z.string() }),
    needsNoApp: 'none',
    isFree: true,
    examples: [],
    run,
    summarize: ({ said }) => `It said ${said}.`,
  })
}

test('a call that ends well has its result as its outcome', async () => {
  const outcome = await callTool(
    toolThat(async () => ({ said: 'hello' })),
    undefined,
    permission,
    parts,
  )
  expect(outcome).toEqual({ result: { output: { said: 'hello' }, summary: 'It said hello.' } })
})

test.each([
  ['what the tool raises', {}, new FlyopsError('app_not_found', 'deploy', 'x'), 'app_not_found'],
  ['wrong arguments', { port: 1 }, undefined, 'invalid_input'],
  ['a fault of ours', {}, new TypeError('y'), 'internal'],
])('%s is an outcome too, and nothing is raised', async (_what, args, raised, code) => {
  const tool = toolThat(() => Promise.reject(raised))
  expect(await callTool(tool, args, permission, parts)).toMatchObject({ error: { code } })
})

test('so is a refusal of the call', async () => {
  const closed = { ...permission, policy: { ...fullPolicy, tools: ['doctor'] } }
  const tool = toolThat(async () => ({ said: 'hello' }))
  expect(await callTool(tool, {}, closed, parts)).toMatchObject({ error: { code: 'refused' } })
})

test.each([
  [
    { ap: 'x' },
    /say: Unrecognized key: "ap" \(did you mean app\?\)/,
    'Correct that and call again.',
  ],
  [{ app: 7 }, /say: app: /, 'Correct that and call again.'],
  [{ xyzzy: 1 }, /"xyzzy"/, 'Correct that and call again; say takes app.'],
])(
  'wrong arguments %j are told by the field, and all fields only where none is near',
  async (args, message, remedy) => {
    const tool = toolThat(async () => ({ said: 'hello' }))
    const outcome = await callTool(tool, args, permission, parts)
    expect(outcome).toMatchObject({ error: { message: expect.stringMatching(message), remedy } })
  },
)
