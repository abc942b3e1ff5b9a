import { expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { judgeOrphan } from '../../../src/flow/jobs/orphaned-operation.js'
import type { Operation } from '../../../src/journal/journal.js'
import { catalogue } from '../../../src/tools/catalogue.js'

const registryHost = 'registry.fly.io'
const image = `${registryHost}/hello:1a2b3c4`

/** An operation whose process died, and nobody holds the app. */
function left(tool: string, args: Operation['args']): Operation {
  return {
    id: '0123456789abcdef',
    tool,
    app: 'hello',
    platform: registryHost,
    pid: 1,
    startedAt: '',
    args,
    facts: {},
    end: undefined,
  }
}

/** `since` is what the journal has of it by now. */
function judge(tool: string, args: Operation['args'], since: Partial<Operation> = {}) {
  const operation = left(tool, args)
  const journal = { read: async () => ({ operations: [{ ...operation, ...since }] }) }
  const parts = {
    registryHost,
    owner: 'local',
    journal,
    appLocks: { holder: async () => undefined },
  }
  return judgeOrphan(operation, parts as unknown as ToolContext)
}

test('one that ends while it is looked at has ended as it says, and is not judged', async () => {
  const end = {
    event: 'ended' as const,
    id: '0123456789abcdef',
    at: '',
    status: 'cancelled' as const,
    durationMs: 1,
    code: 'cancelled',
  }
  expect(await judge('deploy_image', { app: 'hello', image }, { end })).toMatchObject({
    status: 'cancelled',
    result: { code: 'cancelled' },
  })
})

test.each([
  ['build_image', { app: 'hello', target: 'prod' }],
  ['push_image', { image }],
  ['test_image', { image, internal_port: 3000, timeout: '30000ms' }],
  ['deploy_image', { app: 'hello', image, region: 'ams' }],
  ['ship', { app: 'hello', skip_test: true }],
])('a %s that was left is offered again, as its tool takes it', async (tool, args) => {
  const { next = [] } = await judge(tool, args)
  expect(next).toMatchObject([{ tool, arguments: args }])
  const input = catalogue.find(({ name }) => name === tool)?.input
  expect(input?.safeParse(next[0]?.arguments)).toMatchObject({ success: true })
})

test.each([
  ['build_image', { app: 'hello', build_args: { TOKEN: '[not recorded]' } }],
  ['deploy_image', { app: 'hello', image, env: { DATABASE_URL: 'postgres://[redacted]@db' } }],
  ['test_image', { app: 'hello', image, port: 8080, path: '/info', timeoutMs: 30_000 }],
])('a %s whose arguments were not all written down is not', async (tool, args) => {
  expect((await judge(tool, args)).next).toEqual([])
})
