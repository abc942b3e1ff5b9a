import { expect, test } from 'vitest'
import { fullPolicy } from '../../../src/access/policy.js'
import { listOperations } from '../../../src/tools/list-operations.js'
import { openFlow } from '../../support/clients/open-flow.js'

interface Listed {
  readonly operations: readonly Readonly<Record<string, unknown>>[]
  readonly total: number
}

test('who did what to which app is told, newest first, with what proves it', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' }, 'token:anna')
  await flow.call('create_app', { app: 'other' })
  const { operations, total } = await flow.call<Listed>('list_operations', {})
  expect(total).toBe(operations.length)
  expect(operations[0]).toMatchObject({ who: 'local', tool: 'create_app', app: 'other' })
  const shipped = operations.find(({ tool }) => tool === 'ship')
  expect(shipped).toMatchObject({
    who: 'token:anna',
    app: 'hello',
    status: 'done',
    verdict: 'healthy',
    digest: expect.stringMatching(/^sha256:/),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  })
  for (const step of ['build_image', 'push_image', 'deploy_image'])
    expect(operations.find(({ tool }) => tool === step)).toMatchObject({ job_id: shipped?.id })
  const one = await flow.call<Listed>('list_operations', { app: 'other', limit: 1 })
  expect(one).toMatchObject({ total: 1, operations: [{ app: 'other' }] })
})

test('no value that somebody gave is told', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello', env: { GREETING: 'between-us' } })
  expect(JSON.stringify(await flow.call('list_operations', {}))).not.toContain('between-us')
})

test('what failed is told with its code', async () => {
  const flow = await openFlow({ flyctl: () => ({ deploy: () => Promise.reject(new Error('no')) }) })
  await flow.fail('ship', { app: 'hello' })
  const { operations } = await flow.call<Listed>('list_operations', {})
  expect(operations.find(({ tool }) => tool === 'ship')).toMatchObject({
    status: 'failed',
    code: 'internal',
  })
})

test('what has no end is begun, for it may have died', async () => {
  const dies = Promise.withResolvers<never>()
  const flow = await openFlow({ flyctl: () => ({ createApp: () => dies.promise }) })
  const creating = flow.fail('create_app', { app: 'hello' })
  await expect
    .poll(async () => (await flow.call<Listed>('list_operations', {})).operations)
    .toMatchObject([{ tool: 'create_app', status: 'begun' }])
  dies.reject(new Error('gone'))
  await creating
})

test('only apps that the caller may use are told', async () => {
  const policy = { ...fullPolicy }
  const flow = await openFlow({ policy })
  await flow.call('create_app', { app: 'hello' })
  await flow.call('create_app', { app: 'other' })
  policy.apps = ['hello*']
  const all = await flow.call<Listed>('list_operations', {})
  expect(all.operations.map(({ app }) => app)).toEqual(['hello'])
  expect(await flow.fail('list_operations', { app: 'other' })).toMatchObject({ code: 'refused' })
})

test('since when is a time, or how long ago', async () => {
  const flow = await openFlow()
  await flow.call('create_app', { app: 'hello' })
  const shown = async (since: string) =>
    (await flow.call<Listed>('list_operations', { since })).total
  expect(await shown('1h')).toBe(1)
  expect(await shown('2026-01-01')).toBe(1)
  expect(await shown(new Date(Date.now() + 60_000).toISOString())).toBe(0)
  expect(await flow.fail('list_operations', { since: 'yesterday' })).toMatchObject({
    code: 'invalid_input',
  })
})

test('where there is none, it is said that other platforms are kept apart', () => {
  const summary = (total: number) => listOperations.resultOf({ operations: [], total }).summary
  expect(summary(0)).toContain('kept apart')
  expect(summary(1)).toBe('Operations (0 of 1).')
})
