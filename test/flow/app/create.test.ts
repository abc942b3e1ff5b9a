import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import { type Overrides, openFlow } from '../../support/clients/open-flow.js'

const taken: Overrides = {
  flyctl: () => ({
    createApp: () => Promise.reject(new FlyopsError('name_taken', 'create_app', 'Taken.')),
  }),
}

test('an app is created once: what is there stays as it is', async () => {
  const flow = await openFlow()
  const created = { app: 'hello', org: 'personal', hostname: 'hello.fly.dev' }
  expect(await flow.call('create_app', { app: 'hello' })).toMatchObject({
    ...created,
    created: true,
    next: [{ tool: 'ship', arguments: { app: 'hello' } }],
  })
  expect(await flow.call('create_app', { app: 'hello' })).toMatchObject({
    ...created,
    created: false,
  })
  expect(flow.world.done).toEqual(['create hello'])
})

test('a name that somebody else holds is told with others, and with the call that makes one up', async () => {
  const flow = await openFlow(taken)
  const error = await flow.fail('create_app', { app: 'hello' })
  expect(error).toMatchObject({
    code: 'name_taken',
    next: [{ tool: 'create_app', arguments: { generate_name: true, org: 'personal' } }],
  })
  expect(error.remedy).toContain('hello-app')
})

test('of several organizations one is chosen by the caller, and one that is not there is refused', async () => {
  const orgs = [
    { slug: 'personal', name: 'Joe' },
    { slug: 'acme', name: 'Acme' },
  ]
  const flow = await openFlow({ flyctl: () => ({ orgs: async () => orgs }) })
  expect(await flow.fail('create_app', { app: 'hello' })).toMatchObject({
    code: 'org_required',
    evidence: 'personal (Joe)\nacme (Acme)',
  })
  expect(await flow.fail('create_app', { app: 'hello', org: 'other' })).toMatchObject({
    code: 'unknown_org',
  })
  expect(await flow.call('create_app', { app: 'hello', org: 'acme' })).toMatchObject({
    org: 'acme',
  })
})
