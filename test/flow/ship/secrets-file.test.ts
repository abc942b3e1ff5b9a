import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'
import type { ShownSteps } from '../../support/steps.js'

interface Shipped {
  readonly steps: ShownSteps
}

const shop = { app: 'ann-shop', context: 'shop', required_secrets: ['STRIPE_KEY'] }
const image = 'registry.fly.io/ann-shop:1a2b3c4'

/** A shop that ends without its key, and what its trial runs were given. */
async function openShop(): Promise<Flow & { readonly given: Record<string, string>[] }> {
  const given: Record<string, string>[] = []
  const flow = await openFlow({
    docker: (docker) => ({
      async startContainer(request) {
        given.push({ ...request.secrets })
        const container = await docker.startContainer(request)
        if (request.secrets.STRIPE_KEY !== undefined) return container
        return { ...container, ended: async () => {}, log: async () => "KeyError: 'STRIPE_KEY'" }
      },
    }),
  })
  await flow.write('shop/Dockerfile', 'FROM scratch\n')
  return { ...flow, given }
}

test.each([['shop/.env'], ['.env']])(
  'values that stand in %s are offered from there, and what is offered ships',
  async (file) => {
    const flow = await openShop()
    await flow.write(file, 'STRIPE_KEY=hush-hush\nOTHER=never\n')
    const error = await flow.fail('ship', shop)
    expect(error).toMatchObject({ code: 'test_failed', diagnosis: 'missing_variable' })
    expect(error.next).toMatchObject([
      { tool: 'set_secrets', arguments: { names: ['STRIPE_KEY'], from: 'file', file } },
      { tool: 'ship', arguments: { ...shop, secrets_file: file } },
    ])
    expect(JSON.stringify(error.describe())).not.toContain('hush-hush')
    for (const { tool, arguments: args } of error.next) await flow.call(tool, { ...args })
    expect(flow.given).toEqual([{}, { STRIPE_KEY: 'hush-hush' }])
  },
)

test('a secret that the app lacks is offered from the file that the ship names', async () => {
  const flow = await openShop()
  await flow.write('shop/live.env', 'STRIPE_KEY=hush-hush\n')
  const error = await flow.fail('ship', { ...shop, secrets_file: 'shop/live.env' })
  expect(error).toMatchObject({ code: 'secret_missing' })
  expect(error.next[0]).toMatchObject({
    tool: 'set_secrets',
    arguments: { from: 'file', file: 'shop/live.env' },
  })
})

test('a test with the secrets that the app must have counts for the ship', async () => {
  const flow = await openShop()
  await flow.write('shop/.env', 'STRIPE_KEY=hush-hush\n')
  await flow.fail('ship', shop)
  const tried = { image, context: 'shop', secrets: ['STRIPE_KEY'], secrets_file: 'shop/.env' }
  await flow.call('test_image', tried)
  await flow.call('set_secrets', {
    app: 'ann-shop',
    names: ['STRIPE_KEY'],
    from: 'file',
    file: 'shop/.env',
    stage: true,
  })
  const shipped = await flow.call<Shipped>('ship', shop)
  expect(shipped.steps.test).toMatch(/^skipped/)
  expect(flow.given).toHaveLength(2)
})

test('a secret that Fly alone knows cannot be tested with, and the last offer ships without a test', async () => {
  const flow = await openShop()
  await flow.write('shop/.env', 'STRIPE_KEY=hush-hush\n')
  await flow.call('create_app', { app: 'ann-shop' })
  await flow.call('set_secrets', {
    app: 'ann-shop',
    names: ['STRIPE_KEY'],
    from: 'file',
    file: 'shop/.env',
    stage: true,
  })
  await flow.write('shop/.env', '')
  const error = await flow.fail('ship', shop)
  expect(error.remedy).toContain(
    'ann-shop has STRIPE_KEY on Fly, and a value cannot be read back from there.',
  )
  expect(error.next.map(({ tool }) => tool)).toEqual(['ship', 'ship'])
  const last = error.next.at(-1)
  expect(last?.arguments).toEqual({ ...shop, skip_test: true })
  expect(await flow.call('ship', { ...last?.arguments })).toMatchObject({ verdict: 'healthy' })
})

test('the next ship needs the same secrets, and its test finds them where they were', async () => {
  const flow = await openFlow()
  await flow.write('.env', 'PASSWORD=hush-0123456789\n')
  await flow.call('create_app', { app: 'hello' })
  await flow.call('set_secrets', { app: 'hello', names: ['PASSWORD'], from: 'file', file: '.env' })
  const call = { app: 'hello', required_secrets: ['PASSWORD'], secrets_file: '.env' }
  await flow.call('ship', call)
  changeCommit(flow.world)
  const plan = await flow.call<{ readonly next: readonly { readonly arguments: object }[] }>(
    'ship',
    {
      app: 'hello',
      plan_only: true,
    },
  )
  expect(plan.next[0]?.arguments).toMatchObject(call)
  await flow.call('destroy_app', { app: 'hello', confirm: 'hello' })
  const forgotten = await flow.call<typeof plan>('ship', { app: 'hello', plan_only: true })
  expect(forgotten.next[0]?.arguments).not.toHaveProperty('required_secrets')
})
