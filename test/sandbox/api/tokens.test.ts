import { expect, test } from 'vitest'
import { actions, caveatTypes } from '../../../src/sandbox/platform/caveats.js'
import { type Caveat, mint } from '../../../src/sandbox/platform/macaroon.js'
import { narrow } from '../platform/narrow.js'
import { startApi } from './setup.js'

const create = `mutation($name: String!, $profile: String!, $profileParams: JSON, $expiry: String!) {
  createLimitedAccessToken(input: {name: $name, organizationId: "1", profile: $profile, profileParams: $profileParams, expiry: $expiry}) {
    limitedAccessToken { id tokenHeader }
  }
}`

async function startWithToken(profile: 'deploy' | 'deploy_organization', expiry = '1h') {
  const api = startApi()
  await api.createApp('hello')
  await api.createApp('other')
  const wanted = { name: 'ci', profile, profileParams: { app_id: 'hello' }, expiry }
  const { data } = await api.query(create, wanted)
  const { id, tokenHeader } = (data as unknown as Made).createLimitedAccessToken.limitedAccessToken
  const as = { authorization: tokenHeader }
  return withToken(api, id, as)
}

type Api = ReturnType<typeof startApi>

function withToken(api: Api, id: string, as: { authorization: string }) {
  return {
    ...api,
    id,
    as,
    get: (path: string) => api.api.request(path, { headers: as }),
    ask: async (query: string) => {
      const body = JSON.stringify({ query })
      const answer = await api.api.request('/graphql', { method: 'POST', headers: as, body })
      return (await answer.json()) as { data: unknown; errors?: unknown }
    },
    /** With a token that has these caveats too. */
    narrowed: (...caveats: Caveat[]) =>
      withToken(api, id, { authorization: narrow(as.authorization, caveats) }),
    remove: (path: string) => api.api.request(path, { method: 'DELETE', headers: as }),
    make: (path: string, body: object) =>
      api.api.request(path, { method: 'POST', headers: as, body: JSON.stringify(body) }),
  }
}

interface Made {
  readonly createLimitedAccessToken: {
    readonly limitedAccessToken: { readonly id: string; readonly tokenHeader: string }
  }
}

test('the token of an app opens that app, and no other', async () => {
  const { get, ask, make } = await startWithToken('deploy')
  expect((await get('/v1/apps/hello/machines')).status).toBe(200)
  expect((await get('/v1/apps/other/machines')).status).toBe(404)
  expect((await get('/v1/apps/other')).status).toBe(404)
  expect(await (await get('/v1/apps?org_slug=personal')).json()).toMatchObject({
    apps: [{ name: 'hello' }],
  })
  expect(await ask('{ app(name: "other") { id } }')).toMatchObject({
    data: { app: null },
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  })
  expect((await make('/v1/apps', { name: 'third', org_slug: 'personal' })).status).toBe(403)
})

test('a profile that it makes no tokens of is counted as unknown', async () => {
  const { query, unknown } = startApi()
  const { errors } = await query(create, { name: 'c', profile: 'litefs_cloud', expiry: '1h' })
  expect(JSON.stringify(errors)).toContain('litefs_cloud')
  expect(unknown).toEqual(['tokens of profile litefs_cloud'])
})

test('nor does it change the releases, the tokens or the faults of others', async () => {
  const { post, ask, get, api, as, platform } = await startWithToken('deploy')
  const image = '127.0.0.1:5000/other:1'
  await post('/api/v1/releases', { app_name: 'other', image, definition: {} })
  const [release] = platform.releases.list('other')
  const changed = await api.request(`/api/v1/releases/${release?.id}`, {
    method: 'PATCH',
    headers: as,
    body: JSON.stringify({ status: 'failed', metadata: null }),
  })
  expect([changed.status, platform.releases.list('other')[0]?.status]).toEqual([404, 'pending'])
  expect((await get('/sandbox/faults')).status).toBe(401)
  const foreign = platform.tokens.create({ name: 'org', app: null, lifeMs: 1_000 }).token
  const revoke = `mutation { deleteLimitedAccessToken(input: {id: "${foreign.id}"}) { token } }`
  expect(await ask(revoke)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
})

test('the token of the organization opens every app', async () => {
  const { get } = await startWithToken('deploy_organization')
  expect((await get('/v1/apps/other')).status).toBe(200)
})

test('a token is worth nothing when it is revoked, or its time is over', async () => {
  const revoked = await startWithToken('deploy')
  await revoked.query(
    `mutation { deleteLimitedAccessToken(input: {id: "${revoked.id}"}) { token } }`,
  )
  expect((await revoked.get('/v1/apps/hello')).status).toBe(401)
  const old = await startWithToken('deploy', '1h')
  old.clock.advance(3_600_000)
  expect((await old.get('/v1/apps/hello')).status).toBe(401)
})

test('a list of tokens tells no values', async () => {
  const { query, platform, as } = await startWithToken('deploy')
  const listed = await query(
    '{ app(name: "hello") { limitedAccessTokens { nodes { name token user { email } } } } }',
  )
  expect(listed).toMatchObject({
    data: { app: { limitedAccessTokens: { nodes: [{ name: 'ci' }] } } },
  })
  const [token] = platform.tokens.list('hello')
  expect(JSON.stringify(listed)).not.toContain(token?.key ?? '')
  expect(JSON.stringify(listed)).not.toContain(as.authorization)
})

const toRead = { type: caveatTypes.organization, body: [1, actions.read] }

test('a token that was narrowed to reading shows all, and changes nothing', async () => {
  const { narrowed, platform } = await startWithToken('deploy_organization')
  const { get, make, ask, remove } = narrowed(toRead)
  expect(await (await get('/v1/apps?org_slug=personal')).json()).toMatchObject({
    apps: [{ name: 'hello' }, { name: 'other' }],
  })
  expect((await get('/v1/apps/hello/machines')).status).toBe(200)
  const image = '127.0.0.1:5000/hello:1'
  const changes = [
    make('/v1/apps', { name: 'third', org_slug: 'personal' }),
    make('/v1/apps/hello/machines', { config: { image } }),
    make('/v1/apps/hello/secrets', { values: { A: 'b' } }),
    make('/api/v1/releases', { app_name: 'hello', image, definition: {} }),
    remove('/v1/apps/hello'),
  ]
  expect((await Promise.all(changes)).map(({ status }) => status)).toEqual([
    403, 403, 403, 403, 403,
  ])
  const mutation =
    'mutation { allocateIpAddress(input: {appId: "hello", type: "v6"}) { app { id } } }'
  expect(await ask(mutation)).toMatchObject({
    errors: [{ message: expect.stringMatching(/Not authorized/) }],
  })
  expect([platform.apps.list().length, platform.releases.list('hello').length]).toEqual([2, 0])
})

test('one that was narrowed to an app touches no other', async () => {
  const { narrowed, platform } = await startWithToken('deploy_organization')
  const { internalNumericId } = platform.apps.get('hello')
  const apps = new Map([[internalNumericId, actions.all]])
  const { get, make, remove } = narrowed({ type: caveatTypes.apps, body: [apps] })
  expect((await make('/v1/apps/hello/secrets', { values: { A: 'b' } })).status).toBe(200)
  expect((await get('/v1/apps/other')).status).toBe(404)
  expect((await remove('/v1/apps/other')).status).toBe(404)
  expect((await make('/v1/apps', { name: 'third', org_slug: 'personal' })).status).toBe(403)
  expect(await (await get('/v1/apps')).json()).toMatchObject({ apps: [{ name: 'hello' }] })
})

test('one for certain commands runs no others, and nothing else', async () => {
  const { narrowed, platform, post } = await startWithToken('deploy')
  const commands = [caveatTypes.commands, [[['echo', 'a b'], true]]]
  const { make, get } = narrowed({ type: caveatTypes.ifPresent, body: [commands, actions.read] })
  await post('/v1/apps/hello/machines', { config: { image: '127.0.0.1:5000/hello:1' } })
  const [machine] = platform.machines.present('hello')
  const path = `/v1/apps/hello/machines/${machine?.id}`
  const exec = async (cmd: string) => (await make(`${path}/exec`, { cmd })).status
  expect([await exec("echo 'a b'"), await exec('echo a b'), await exec('')]).toEqual([
    200, 403, 403,
  ])
  expect([(await get(path)).status, (await make(`${path}/stop`, {})).status]).toEqual([200, 403])
})

test('one for a machine reads and changes no other', async () => {
  const { narrowed, platform, post } = await startWithToken('deploy')
  for (let made = 0; made < 2; made += 1)
    await post('/v1/apps/hello/machines', { config: { image: '127.0.0.1:5000/hello:1' } })
  const [ours, others] = platform.machines.present('hello').map(({ id }) => id)
  const machines = [caveatTypes.machines, [new Map([[ours ?? '', actions.all]])]]
  const { make, get, ask } = narrowed({
    type: caveatTypes.ifPresent,
    body: [machines, actions.read],
  })
  expect((await get(`/v1/apps/hello/machines/${ours}`)).status).toBe(200)
  expect((await make(`/v1/apps/hello/machines/${ours}/stop`, {})).status).toBe(200)
  expect((await get(`/v1/apps/hello/machines/${others}`)).status).toBe(403)
  expect((await make(`/v1/apps/hello/machines/${others}/stop`, {})).status).toBe(403)
  expect(await ask(`{ machine(machineId: "${others}") { id } }`)).toMatchObject({
    data: { machine: null },
  })
})

test('a narrowed token neither makes, lists nor revokes tokens', async () => {
  const { narrowed, id, platform } = await startWithToken('deploy_organization')
  const untilLater = { type: caveatTypes.validityWindow, body: [0, 4_000_000_000] }
  const { ask } = narrowed(untilLater)
  const wanted = '{name: "x", organizationId: "1", profile: "deploy_organization"}'
  const made = await ask(
    `mutation { createLimitedAccessToken(input: ${wanted}) { limitedAccessToken { id } } }`,
  )
  expect(made).toMatchObject({ errors: [{ message: expect.stringMatching(/Not authorized/) }] })
  const listed = '{ organization(slug: "personal") { limitedAccessTokens { nodes { id } } } }'
  expect(await ask(listed)).toMatchObject({
    data: { organization: { limitedAccessTokens: { nodes: [] } } },
  })
  const revoked = await ask(`mutation { deleteLimitedAccessToken(input: {id: "${id}"}) { token } }`)
  expect(revoked).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  expect(platform.tokens.find(id)?.revokedAt).toBe(null)
})

test('of several tokens each permits what it permits', async () => {
  const { narrowed, as, api } = await startWithToken('deploy_organization')
  const toCreate = { type: caveatTypes.action, body: actions.create }
  const both = [toRead, toCreate].map((caveat) => narrow(as.authorization, [caveat]).slice(6))
  const { make } = narrowed(toRead)
  expect((await make('/v1/apps', { name: 'third', org_slug: 'personal' })).status).toBe(403)
  const made = await api.request('/v1/apps', {
    method: 'POST',
    headers: { authorization: `FlyV1 ${both.join(',')}` },
    body: JSON.stringify({ name: 'third', org_slug: 'personal' }),
  })
  expect(made.status).toBe(201)
})

test('a token with a caveat that is not known, or made with another key, is worth nothing', async () => {
  const { narrowed, api, platform } = await startWithToken('deploy_organization')
  expect((await narrowed({ type: 99_999, body: [] }).get('/v1/apps/hello')).status).toBe(401)
  platform.tokens.create({ name: 'theirs', app: null, lifeMs: 1_000 })
  const [, theirs] = platform.tokens.list(null)
  const [caveats, random] = [[], Buffer.alloc(16)]
  const forged = mint({ keyId: theirs?.id ?? '', key: Buffer.alloc(32), random, caveats })
  const headers = { authorization: `FlyV1 ${forged}` }
  expect((await api.request('/v1/apps/hello', { headers })).status).toBe(401)
})

test('the token of an app that is gone opens no later app of its name', async () => {
  const {
    narrowed,
    delete: destroy,
    createApp,
    platform,
  } = await startWithToken('deploy_organization')
  const { internalNumericId } = platform.apps.get('hello')
  const body = [new Map([[internalNumericId, actions.all]])]
  const { get } = narrowed({ type: caveatTypes.apps, body })
  expect((await get('/v1/apps/hello')).status).toBe(200)
  await destroy('/v1/apps/hello')
  await createApp('hello')
  expect((await get('/v1/apps/hello')).status).toBe(404)
})
