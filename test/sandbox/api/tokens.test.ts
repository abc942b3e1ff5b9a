import { expect, test } from 'vitest'
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
  return {
    ...api,
    id,
    get: (path: string) => api.api.request(path, { headers: as }),
    ask: async (query: string) => {
      const body = JSON.stringify({ query })
      const answer = await api.api.request('/graphql', { method: 'POST', headers: as, body })
      return (await answer.json()) as { data: unknown; errors?: unknown }
    },
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
  const { post, ask, get, api, platform } = await startWithToken('deploy')
  const image = '127.0.0.1:5000/other:1'
  await post('/api/v1/releases', { app_name: 'other', image, definition: {} })
  const [release] = platform.releases.list('other')
  const token = platform.tokens.list('hello')[0]?.value ?? ''
  const changed = await api.request(`/api/v1/releases/${release?.id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ status: 'failed', metadata: null }),
  })
  expect([changed.status, platform.releases.list('other')[0]?.status]).toEqual([404, 'pending'])
  expect((await get('/sandbox/faults')).status).toBe(401)
  const foreign = platform.tokens.create({ name: 'org', app: null, lifeMs: 1_000 })
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
  const { query, platform } = await startWithToken('deploy')
  const listed = await query(
    '{ app(name: "hello") { limitedAccessTokens { nodes { name token user { email } } } } }',
  )
  expect(listed).toMatchObject({
    data: { app: { limitedAccessTokens: { nodes: [{ name: 'ci' }] } } },
  })
  const [token] = platform.tokens.list('hello')
  expect(JSON.stringify(listed)).not.toContain(token?.value)
})
