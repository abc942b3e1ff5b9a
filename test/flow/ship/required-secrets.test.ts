import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'

const call = { app: 'hello', required_secrets: ['PASSWORD'] }

interface Next {
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

/** Follows the calls of an error, one after the other. */
async function follow(flow: Flow, { next }: Next): Promise<object> {
  let last: object = {}
  for (const each of next) last = await flow.call<object>(each.tool, each.arguments)
  return last
}

test('a plan tells what it costs and which secret a new app will lack, and its calls lead to the deed', async () => {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  const plan = await flow.call<Next>('ship', { ...call, plan_only: true })
  expect(plan).toMatchObject({
    plan: { machines: { created: 1 } },
    warnings: [{ code: 'secret_missing', cosmetic: false }],
    next: [
      { tool: 'create_app', arguments: { app: 'hello' } },
      { tool: 'set_secrets', arguments: { names: ['PASSWORD'], from: 'env', stage: true } },
      { tool: 'ship', arguments: call },
    ],
  })
  expect(flow.world.done).toEqual([])
  expect(await follow(flow, plan)).toMatchObject({ verdict: 'healthy' })
})

test('where nobody here has the value, it says where the person puts it, and never into the chat', async () => {
  const flow = await openFlow()
  await flow.call('create_app', { app: 'hello' })
  const planned = { ...call, plan_only: true }
  expect(await flow.call('ship', planned)).toMatchObject({
    warnings: [
      {
        text: 'hello has no secret PASSWORD. Ask the person to put the value into the client’s settings of flyops, never into the chat; then set it, and make the same call again.',
      },
    ],
    next: [{ tool: 'set_secrets' }, { tool: 'ship' }],
  })
  await flow.write('.env', 'PASSWORD=hush-0123456789\n')
  expect(await flow.call('ship', planned)).toMatchObject({
    warnings: [
      {
        text: 'hello has no secret PASSWORD. Set it from there, then make the same call again.',
      },
    ],
    next: [
      { arguments: { from: 'file', file: '.env' } },
      { tool: 'ship', arguments: { secrets_file: '.env' } },
    ],
  })
})

test('a ship that lacks one at its deploy stays a ship', async () => {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  const error = await flow.fail('ship', call)
  expect(error).toMatchObject({ code: 'secret_missing' })
  expect(error.next.map(({ tool }) => tool)).toEqual(['set_secrets', 'ship'])
  expect(error.next[1]?.arguments).toEqual(call)
  expect(await follow(flow, error)).toMatchObject({ verdict: 'healthy' })
})

test('before there is an app, set_secrets offers to create it, and leads on to ship', async () => {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  const error = await flow.fail('set_secrets', { app: 'hello', names: ['PASSWORD'], from: 'env' })
  expect(error).toMatchObject({
    code: 'app_not_found',
    next: [{ tool: 'create_app' }, { tool: 'set_secrets' }],
  })
  const set = await follow(flow, error)
  expect(set).toMatchObject({ next: [{ tool: 'ship', arguments: call }] })
  expect(await follow(flow, set as Parameters<typeof follow>[1])).toMatchObject({
    verdict: 'healthy',
  })
})
