import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { ended, machine } from '../../support/machines.js'

interface Offering {
  readonly next: readonly { readonly tool: string; readonly arguments: object }[]
}

const app = 'hello'

/** An app that was shipped from a folder of the project. */
async function openShipped(): Promise<Flow & { readonly image: string }> {
  const flow = await openFlow()
  await mkdir(join(flow.root, 'api'))
  await flow.write('api/Dockerfile', 'FROM scratch\n')
  const { image } = await flow.call<{ image: string }>('ship', { app, context: 'api' })
  return { ...flow, image }
}

test('a push offers a deploy from the folder that the app was built in', async () => {
  const { call, image } = await openShipped()
  const { next } = await call<Offering>('push_image', { image })
  expect(next).toMatchObject([{ tool: 'deploy_image', arguments: { app, image, context: 'api' } }])
})

test('the way back that check_health offers leads to the folder of the last deploy', async () => {
  const { world, call } = await openShipped()
  const known = world.apps.get(app)
  if (known === undefined) throw new Error('it was not shipped')
  const machines = [machine({ state: 'stopped', ...ended(1, 3) })]
  world.apps.set(app, { ...known, release: 2, machines })
  const { next } = await call<Offering>('check_health', { app, timeout: '1s' })
  expect(next).toContainEqual(
    expect.objectContaining({ tool: 'rollback', arguments: { app, context: 'api' } }),
  )
})

test('an app that has no machine yet is led to the one call that does all steps', async () => {
  const { world, call } = await openShipped()
  const known = world.apps.get(app)
  if (known === undefined) throw new Error('it was not shipped')
  world.apps.set(app, { ...known, release: 0, machines: [] })
  const { next } = await call<Offering>('check_health', { app, timeout: '1s' })
  expect(next).toMatchObject([{ tool: 'ship', arguments: { app, context: 'api' } }])
})
