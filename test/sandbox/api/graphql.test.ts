import { expect, test } from 'vitest'
import { items } from '../json.js'
import { digest, startApi, token } from './setup.js'

// The queries are flyctl's own (2026.8), as it sends them.
const appQuery =
  'query ($appName: String!) { app(name: $appName) { id internalNumericId name hostname deployed status version appUrl platformVersion currentRelease { evaluationId status inProgress version } config { definition } organization { id slug paidPlan } services { description protocol internalPort ports { port handlers } } ipAddresses { nodes { id address type createdAt } } sharedIpAddress cnameTarget imageDetails { registry repository tag digest version } machines{ nodes { id name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id } } } postgresAppRole: role { name } } }'
const imageQuery =
  'query ($appName: String!, $imageRef: String!) { app(name: $appName) { id image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull manifest } } }'
const releasesQuery =
  'query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) { nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }'

test('says who is logged in', async () => {
  const { query } = startApi()
  const answer = await query(
    'query { viewer { ... on User { id email enablePaidHobby } ... on Macaroon { email } } }',
  )
  expect(answer.data?.viewer).toMatchObject({ email: 'sandbox@localhost', enablePaidHobby: true })
})

test('lists the organization', async () => {
  const { query } = startApi()
  const answer = await query(
    'query($admin: Boolean!) { organizations(admin: $admin) { nodes { id slug rawSlug name type paidPlan billable viewerRole internalNumericId } } }',
    { admin: false },
  )
  expect(answer.data?.organizations?.nodes).toEqual([
    expect.objectContaining({ slug: 'personal', name: 'Sandbox', internalNumericId: '1' }),
  ])
})

test('lists the apps of a role, which none has, or all', async () => {
  const { query, createApp } = startApi()
  await createApp('hello')
  const text =
    'query($org: ID, $role: String, $after: String) { apps(type: "container", first: 200, after: $after, organizationId: $org, role: $role) { pageInfo { hasNextPage endCursor } nodes { id } } }'
  const listed = async (role: string | null) =>
    (await query(text, { org: null, role, after: '' })).data?.apps?.nodes
  expect([await listed(null), await listed('remote-docker-builder')]).toEqual([
    [{ id: 'hello' }],
    [],
  ])
})

test('shows an app with its address at the edge', async () => {
  const { query, createApp } = startApi()
  await createApp('hello')
  const { data } = await query(appQuery, { appName: 'hello' })
  expect(data?.app).toMatchObject({
    name: 'hello',
    hostname: '127.0.0.1:4000',
    appUrl: 'http://127.0.0.1:4000',
    status: 'pending',
    deployed: false,
    platformVersion: 'machines',
    postgresAppRole: null,
    currentRelease: null,
  })
})

test('says that an app is not there with status 200 and a code', async () => {
  const { query } = startApi()
  expect(await query(appQuery, { appName: 'nope' })).toMatchObject({
    data: { app: null },
    errors: [{ message: 'Could not find App "nope"', extensions: { code: 'NOT_FOUND' } }],
  })
})

test('finds an image, its size as a numeric string', async () => {
  const { query, createApp } = startApi()
  await createApp('hello')
  const ref = '127.0.0.1:5000/hello:1'
  const { data } = await query(imageQuery, { appName: 'hello', imageRef: ref })
  expect(data?.app?.image).toEqual({
    id: `img_${'a'.repeat(17)}`,
    digest,
    ref,
    compressedSize: '3000000000',
    manifest: { schemaVersion: 2 },
  })
})

test("refuses an image that is not there in Fly's words", async () => {
  const { query, createApp } = startApi()
  await createApp('hello')
  const ref = '127.0.0.1:5000/hello:2'
  const { errors } = await query(imageQuery, { appName: 'hello', imageRef: ref })
  expect(errors?.[0]?.message).toBe(`Could not find image "${ref}"`)
})

test('lists releases, newest first, up to the limit', async () => {
  const { query, createApp, post, patch } = startApi()
  await createApp('hello')
  const release = {
    app_name: 'hello',
    build_id: 1,
    definition: {},
    image: '127.0.0.1:5000/hello:1',
  }
  await post('/api/v1/releases', release)
  const created = await post('/api/v1/releases', release)
  const id = created.body.release?.id
  await patch(`/api/v1/releases/${id}`, { status: 'complete', metadata: null })
  const { data } = await query(releasesQuery, { appName: 'hello', limit: 1 })
  expect(data?.app?.releases?.nodes).toEqual([
    expect.objectContaining({
      id,
      version: 2,
      status: 'complete',
      imageRef: release.image,
      user: expect.objectContaining({ email: 'sandbox@localhost' }),
    }),
  ])
})

test('a query beyond the schema is an error, not a guess', async () => {
  const { query } = startApi()
  expect(items((await query('{ viewer { nonsense } }')).errors)).toHaveLength(1)
})

test.each([undefined, 'Bearer wrong', `Bearer ${token}x`])(
  'turns "%s" away as Fly does an expired token',
  async (authorization) => {
    const { api } = startApi()
    const answer = await api.request('/graphql', {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
      body: '{}',
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({
      error: 'unauthorized',
      errors: [{ message: 'You must be authenticated to view this.' }],
    })
  },
)

test('gives the agent of flyctl a peer, and calls none invalid', async () => {
  const { query } = startApi()
  const added = await query(
    'mutation($input: AddWireGuardPeerInput!) { addWireGuardPeer(input: $input) { peerip endpointip pubkey } }',
    { input: { organizationId: 'o', name: 'n', pubkey: 'p', nats: false } },
  )
  expect(added.data?.addWireGuardPeer).toEqual({
    peerip: expect.stringMatching(/^fdaa:/),
    endpointip: '127.0.0.1',
    pubkey: expect.stringMatching(/^.{43}=$/),
  })
  const validated = await query(
    'mutation($input: ValidateWireGuardPeersInput!) { validateWireGuardPeers(input: $input) { invalidPeerIps } }',
    { input: { peerIps: ['fdaa::1'] } },
  )
  expect(validated.data?.validateWireGuardPeers?.invalidPeerIps).toEqual([])
})
