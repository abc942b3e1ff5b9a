import { expect, test } from 'vitest'
import { openFlow } from '../../support/clients/open-flow.js'
import { changeCommit } from '../../support/clients/world.js'

test('where the host of a machine is away, nothing is offered that would need it', async () => {
  const flow = await openFlow()
  await flow.call('ship', { app: 'hello' })
  changeCommit(flow.world)
  await flow.call('ship', { app: 'hello' })
  const known = flow.world.apps.get('hello')
  if (known === undefined) throw new Error('it was not shipped')
  const machines = known.machines.map((machine) => ({ ...machine, hostReachable: false }))
  flow.world.apps.set('hello', { ...known, machines })
  const { next } = await flow.call('check_health', { app: 'hello', timeout: '1s' })
  expect(next).toMatchObject([
    { tool: 'check_health', arguments: { app: 'hello' } },
    { tool: 'list_releases' },
  ])
})
