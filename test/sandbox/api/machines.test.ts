import { expect, test } from 'vitest'
import { noFaults } from '../faults/none.js'
import { items } from '../json.js'
import { digest, startApi } from './setup.js'

const config = { image: '127.0.0.1:5000/hello:1', metadata: { fly_platform_version: 'v2' }, x: 1 }
const machines = '/v1/apps/hello/machines'

async function startWithMachine(input: object = {}) {
  const api = startApi()
  await api.createApp('hello')
  const created = await api.post(machines, { config, region: 'ewr', ...input })
  return { ...api, created, id: String(created.body.id) }
}

test('an app that is not there is a 404', async () => {
  const { get } = startApi()
  expect(await get('/v1/apps/nope')).toMatchObject({
    status: 404,
    body: { error: 'Could not find App "nope"' },
  })
})

test('a taken name carries the status that flyctl explains', async () => {
  const { createApp } = startApi()
  const { status, body, headers } = await createApp('foo-taken')
  expect({ status, body }).toEqual({
    status: 422,
    body: { error: 'Validation failed: Name has already been taken', status: 'name_taken' },
  })
  expect(headers.get('fly-request-id')).toMatch(/./)
})

test('a new machine carries its lease, and no later answer does', async () => {
  const { created, get, id } = await startWithMachine({ lease_ttl: 300 })
  expect(created.body).toMatchObject({
    state: 'created',
    region: 'ewr',
    host_status: 'ok',
    image_ref: { repository: 'hello', tag: '1', digest, labels: { a: 'b' } },
    config,
    nonce: expect.stringMatching(/./),
  })
  expect((await get(`${machines}/${id}`)).body).not.toHaveProperty('nonce')
  expect(items((await get(machines)).body)[0]).not.toHaveProperty('nonce')
})

test('an image that is not in the registry starts no machine', async () => {
  const { post, createApp, get } = startApi()
  await createApp('hello')
  const image = '127.0.0.1:5000/hello:2'
  const answer = await post(machines, { config: { image }, region: 'ewr' })
  expect(answer.body.error).toBe(`Could not find image "${image}"`)
  expect((await get(machines)).body).toEqual([])
})

test('a leased machine is changed by the holder of its lease only', async () => {
  const { post, id } = await startWithMachine()
  const lease = (await post(`${machines}/${id}/lease?ttl=13`)).body
  expect(lease).toMatchObject({ status: 'success', data: { owner: 'sandbox@localhost' } })
  expect((await post(`${machines}/${id}/lease?ttl=13`)).status).toBe(409)
  expect((await post(`${machines}/${id}`, { config })).status).toBe(409)
  const nonce = { 'fly-machine-lease-nonce': String(lease.data?.nonce) }
  expect(await post(`${machines}/${id}`, { config }, nonce)).toMatchObject({
    status: 200,
    body: { state: 'replacing' },
  })
})

test('waiting ends when the state is reached', async () => {
  const { get, post, id } = await startWithMachine()
  const waiting = get(`${machines}/${id}/wait?state=started&timeout=60`)
  await post(`${machines}/${id}/start`)
  expect(await waiting).toMatchObject({ status: 200, body: { ok: true } })
})

test('waiting in vain ends with 408', async () => {
  const { get, id } = await startWithMachine()
  expect(await get(`${machines}/${id}/wait?state=stopped&timeout=0.05`)).toMatchObject({
    status: 408,
    body: { error: 'deadline_exceeded' },
  })
})

test('waiting for a machine that is destroyed meanwhile ends with 404, unless that is waited for', async () => {
  const { get, id, ...api } = await startWithMachine()
  const started = get(`${machines}/${id}/wait?state=started&timeout=60`)
  const destroyed = get(`${machines}/${id}/wait?state=destroyed&timeout=60`)
  await api.delete(`${machines}/${id}`)
  expect(await started).toMatchObject({ status: 404, body: { error: 'machine not found' } })
  expect((await destroyed).status).toBe(200)
  expect((await get(`${machines}/${id}/wait?state=started&timeout=60`)).status).toBe(404)
})

test('a start is told earlier once the machine has been up for as long as flyctl is to wait, and stands before the launch', async () => {
  const { get, post, id, clock } = await startWithMachine()
  await post(`${machines}/${id}/start`)
  const startedAtMs = clock.now()
  const early = items((await get(`${machines}/${id}`)).body.events)
  expect(early.map(({ type }) => type)).toEqual(['start', 'launch'])
  expect(early[0]?.timestamp).toBe(startedAtMs)
  clock.advance(2_000)
  expect((await get(`${machines}/${id}`)).body.events?.[0]?.timestamp).toBe(startedAtMs - 9_000)
})

test('a destroyed machine is listed no more, but can still be asked', async () => {
  const { get, id, ...api } = await startWithMachine()
  await api.delete(`${machines}/${id}`)
  expect((await get(machines)).body).toEqual([])
  expect((await get(`${machines}/${id}`)).body.state).toBe('destroyed')
})

test('a destroyed machine is never there again, whatever is asked of it', async () => {
  const { get, post, id, ...api } = await startWithMachine()
  const path = `${machines}/${id}`
  await api.delete(path)
  const refused = [
    await post(path, { config }),
    ...(await Promise.all(
      ['start', 'stop', 'restart', 'suspend'].map((to) => post(`${path}/${to}`)),
    )),
  ]
  expect(refused.map(({ status }) => status)).toEqual([412, 412, 412, 412, 412])
  expect((await get(machines)).body).toEqual([])
  expect((await api.delete(path)).status).toBe(200)
})

test('secrets are listed without their values', async () => {
  const { post, get } = await startWithMachine()
  await post('/v1/apps/hello/secrets', { values: { KEY: 'hush', OLD: 'x' } })
  await post('/v1/apps/hello/secrets', { values: { OLD: null } })
  const { body } = await get('/v1/apps/hello/secrets')
  expect(items(body.secrets).map(({ name }) => name)).toEqual(['KEY'])
  expect(JSON.stringify(body)).not.toContain('hush')
})

test('a volume belongs to one machine', async () => {
  const { post, get } = await startWithMachine()
  const volume = (await post('/v1/apps/hello/volumes', { name: 'data', size_gb: 1 })).body
  const mounted = { ...config, mounts: [{ path: '/data', volume: volume.id }] }
  const first = await post(machines, { config: mounted })
  expect((await get('/v1/apps/hello/volumes')).body[0]?.attached_machine_id).toBe(first.body.id)
  expect((await post(machines, { config: mounted })).status).toBe(412)
  expect(items((await get(machines)).body)).toHaveLength(2)
})

test('logs are never empty', async () => {
  const { get } = await startWithMachine()
  const { body } = await get('/api/v1/apps/hello/logs?next_token=')
  expect(items(body.data)).toHaveLength(1)
  expect(body.data?.[0]?.attributes).toMatchObject({ level: 'info', message: expect.any(String) })
})

test('what flyctl may not ask here is said so', async () => {
  const { get } = startApi()
  expect(await get('/v1/apps/hello/nonsense')).toMatchObject({ status: 404 })
})

test('machines whose host is gone are shown, but nothing can be done to them until it is back', async () => {
  let isGone = false
  const {
    createApp,
    get,
    post,
    delete: remove,
  } = startApi({ ...noFaults, isUnreachable: () => isGone })
  await createApp('hello')
  const path = `${machines}/${(await post(machines, { config, region: 'ewr' })).body.id}`
  isGone = true
  expect(items((await get(machines)).body)).toMatchObject([{ host_status: 'unreachable' }])
  expect((await get(path)).body).toMatchObject({ host_status: 'unreachable' })
  const refused = [
    await post(path, { config }),
    await post(`${path}/start`),
    await post(`${path}/lease?ttl=13`),
    await remove(path),
  ]
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  expect(refused[0]?.body.error).toMatch(/host .* is currently unreachable/)
  isGone = false
  expect((await get(path)).body).toMatchObject({ host_status: 'ok' })
  expect((await post(`${path}/start`)).status).toBe(200)
})

test.each(['org_slug=personal&app_role=remote-docker-builder', 'org_slug=other'])(
  'no app answers for %s',
  async (query) => {
    const { createApp, get } = startApi()
    await createApp('hello')
    expect((await get(`/v1/apps?${query}`)).body).toEqual({ apps: [] })
    expect((await get('/v1/apps?org_slug=personal')).body).toMatchObject({
      apps: [{ id: 'hello' }],
    })
  },
)

test('a placement is where one wants to go, in a region that there is', async () => {
  const { post } = startApi()
  const placed = async (region: string) =>
    (await post('/v1/platform/placements', { region, count: 0, org_slug: 'personal' })).body
  expect(await placed('ord')).toEqual({ Regions: [{ Region: 'ord', Count: 2, Concurrency: 1 }] })
  expect(await placed('any')).toMatchObject({ Regions: [{ Region: 'ewr' }] })
  expect(await placed('xyz')).toEqual({ Regions: [] })
})

test('a machine has settled when nothing is on its way any more', async () => {
  const { get, post, id } = await startWithMachine()
  const waiting = get(`${machines}/${id}/wait?state=settled&timeout=60`)
  await post(`${machines}/${id}/suspend`)
  expect(await waiting).toMatchObject({ status: 200 })
})

test('an exec splits its command as a shell does, and starts none', async () => {
  const { post, id } = await startWithMachine()
  expect(await post(`${machines}/${id}/exec`, { cmd: 'echo "a b" $HOME' })).toMatchObject({
    status: 200,
    body: { exit_code: 0, stdout: 'hi\n', stderr: '' },
  })
  expect((await post(`${machines}/${id}/exec`, { cmd: 'echo "a' })).status).toBe(400)
})

test('a mount tells the name and size of its volume', async () => {
  const { createApp, post, get, delete: remove, put } = startApi()
  await createApp('hello')
  const volumes = '/v1/apps/hello/volumes'
  const volume = (await post(volumes, { name: 'data', size_gb: 3 })).body
  const mounts = [{ path: '/data', volume: volume.id }]
  const machine = (await post(machines, { config: { ...config, mounts } })).body
  expect(machine.config).toMatchObject({ mounts: [{ name: 'data', size_gb: 3 }] })
  expect((await put(`${volumes}/${volume.id}/extend`, { size_gb: 4 })).body).toMatchObject({
    volume: { size_gb: 4 },
    needs_restart: false,
  })
  expect((await put(`${volumes}/${volume.id}/extend`, { size_gb: 2 })).status).toBe(422)
  await remove(`${machines}/${machine.id}`)
  expect((await post(`${volumes}/${volume.id}/snapshots`)).body).toMatchObject({
    status: 'created',
  })
  await remove(`${volumes}/${volume.id}`)
  expect((await get(volumes)).body).toMatchObject([{ state: 'pending_destroy' }])
  expect(items((await get(`${volumes}/${volume.id}/snapshots`)).body)).toHaveLength(1)
})

test('events are told in the order in which they were', async () => {
  const { clock, get, post, id } = await startWithMachine()
  await post(`${machines}/${id}/start`)
  clock.advance(3_000)
  const { events } = (await get(`${machines}/${id}`)).body
  const times = items(events).map(({ timestamp }) => Number(timestamp))
  expect(times).toEqual(times.toSorted((a, b) => b - a))
})

test('what the platform does not know is refused in its own form, and noted', async () => {
  const { get, query, unknown } = startApi()
  expect(await get('/v1/nothing')).toMatchObject({
    status: 404,
    body: { error: 'the local Fly does not know GET /v1/nothing' },
  })
  expect(await query('{ nothing }')).toMatchObject({
    errors: [{ message: expect.stringContaining('nothing') }],
  })
  expect(await query('{ app(name: "gone") { id } }')).toMatchObject({ data: { app: null } })
  expect(unknown).toEqual([
    'GET /v1/nothing',
    'GraphQL: Cannot query field "nothing" on type "Query".',
  ])
})

test('metadata is read and changed key by key, also under a lease and without a new version', async () => {
  const { get, post, delete: remove, id, created } = await startWithMachine({ lease_ttl: 300 })
  const metadata = `${machines}/${id}/metadata`
  expect((await get(metadata)).body).toEqual({ fly_platform_version: 'v2' })
  expect((await post(`${metadata}/colour`, { value: 'blue' })).status).toBe(204)
  expect((await get(`${metadata}/colour`)).body).toEqual({ value: 'blue' })
  const { instance_id, config: changed } = (await get(`${machines}/${id}`)).body
  expect(instance_id).toBe(created.body.instance_id)
  expect(changed).toEqual({ ...config, metadata: { ...config.metadata, colour: 'blue' } })
  expect((await remove(`${metadata}/colour`)).status).toBe(204)
  expect((await get(`${metadata}/colour`)).status).toBe(404)
  expect((await get(metadata)).body).toEqual(config.metadata)
})
