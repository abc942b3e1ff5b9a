import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import { type Flow, openFlow } from '../../support/clients/open-flow.js'
import { ended, machine } from '../../support/machines.js'

test('secrets that reached one of two machines, which then crashes: the error offers the call for the rest', async () => {
  const flow: Flow = await openFlow({
    env: { PASSWORD: 'hush-0123456789' },
    flyctl: () => ({
      async setSecrets({ app }) {
        const known = flow.world.apps.get(app)
        if (known === undefined) return
        const crashing = { state: 'stopped', release: 2, ...ended(1, 3) }
        const machines = [machine({ id: 'm1', ...crashing }), machine({ id: 'm2', release: 1 })]
        flow.world.apps.set(app, { ...known, release: 2, machines })
        throw new FlyopsError('unknown_failure', 'deploy', 'flyctl failed.')
      },
    }),
  })
  await flow.call('ship', { app: 'hello' })
  const call = { app: 'hello', names: ['PASSWORD'], from: 'env' }
  const error = await flow.fail('set_secrets', call)
  expect(error.message).toContain('only 1 of its 2 machines started again')
  expect(error.next).toMatchObject([
    { tool: 'get_logs', arguments: { app: 'hello', machine: 'm1' } },
    { tool: 'set_secrets', arguments: call },
    { tool: 'rollback' },
  ])
})

test('a restart with secrets tells the release that has them, and its verdict', async () => {
  const flow = await openFlow({ env: { PASSWORD: 'hush-0123456789' } })
  await flow.call('ship', { app: 'hello' })
  const set = await flow.call('set_secrets', { app: 'hello', names: ['PASSWORD'], from: 'env' })
  expect(set).toMatchObject({ release: 2, verdict: 'healthy' })
  expect(await flow.call('list_releases', { app: 'hello' })).toMatchObject({
    releases: [{ version: 2, verdict: 'healthy' }, { version: 1 }],
  })
})

test('where flyctl fails before any machine has them, its error is told without waiting for the app’s health', async () => {
  const flow: Flow = await openFlow({
    env: { PASSWORD: 'hush-0123456789' },
    flyctl: () => ({
      async setSecrets({ app }) {
        const known = flow.world.apps.get(app)
        const machines = [machine({ id: 'm1', state: 'stopped', release: 1, ...ended(1, 3) })]
        if (known !== undefined) flow.world.apps.set(app, { ...known, machines })
        throw new FlyopsError('unknown_failure', 'deploy', 'flyctl failed.')
      },
    }),
  })
  await flow.call('ship', { app: 'hello' })
  const told = flow.messages.length
  const error = await flow.fail('set_secrets', { app: 'hello', names: ['PASSWORD'], from: 'env' })
  expect(error.message).toContain('flyctl failed.')
  expect(flow.messages.slice(told)).not.toContain('checking the health from outside')
})
