import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { strikeFaults } from '../../../src/sandbox/api/faults.js'
import { createFaults } from '../../../src/sandbox/faults/faults.js'
import { close, listen } from '../../../src/sandbox/ports.js'
import { strikingOnce } from '../faults/none.js'
import { items } from '../json.js'
import { startApi } from './setup.js'

const lease = '/v1/apps/hello/machines/m1/lease'

function createApp(fault: Parameters<typeof strikingOnce>[0]) {
  const app = new Hono()
  app.use(strikeFaults(strikingOnce(fault)))
  app.all('*', (c) => c.text('reached'))
  return app
}

describe('faults of the API', () => {
  test.each([
    [401, 'unauthorized'],
    [429, 'rate limit exceeded'],
    [503, 'server error'],
  ])('%i: %s', async (status, error) => {
    const app = createApp({ place: 'api', kind: 'status', status })
    const struck = await app.request('/v1/apps')
    expect([struck.status, await struck.json()]).toEqual([status, { error }])
    expect(await (await app.request('/v1/apps')).text()).toBe('reached')
  })

  test('a lease that somebody else holds', async () => {
    const struck = await createApp({ place: 'api', kind: 'lease' }).request(lease, {
      method: 'POST',
    })
    expect(struck.status).toBe(409)
    expect(await struck.json()).toEqual({
      error: expect.stringMatching(/^machine ID m1 lease currently held by .*, expires at \d{4}-/),
    })
  })

  test('an answer that is late is still the right one', async () => {
    const app = createApp({ place: 'api', kind: 'latency', seconds: 0.05 })
    expect(await (await app.request('/v1/apps')).text()).toBe('reached')
  })

  test('an answer ends in the middle', async () => {
    const app = createApp({ place: 'api', kind: 'truncate' })
    const listener = getRequestListener(app.fetch)
    const server = createServer((asked, answer) => void listener(asked, answer))
    const url = `http://127.0.0.1:${await listen(server, 0)}/`
    try {
      const struck = await fetch(url)
      expect(struck.headers.get('content-length')).toBe('7')
      await expect(struck.text()).rejects.toThrow('terminated')
      expect(await (await fetch(url)).text()).toBe('reached')
    } finally {
      await close(server)
    }
  })

  test('a rate limit says how long to wait', async () => {
    const app = createApp({ place: 'api', kind: 'status', status: 429, retry_after: 3 })
    expect((await app.request('/v1/apps')).headers.get('retry-after')).toBe('3')
  })

  test('a connection is cut once the whole request is there', async () => {
    const app = createApp({ place: 'api', kind: 'reset' })
    const listener = getRequestListener(app.fetch)
    const server = createServer((asked, answer) => void listener(asked, answer))
    const port = await listen(server, 0)
    try {
      expect(await post(port, 'x'.repeat(2 ** 22))).toEqual({ sent: true, ended: 'ECONNRESET' })
      expect(await post(port, '')).toEqual({ sent: true, ended: 200 })
    } finally {
      await close(server)
    }
  })
})

/** Whether the body could be sent, and the status or the error that came back. */
function post(port: number, body: string): Promise<{ sent: boolean; ended: unknown }> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, method: 'POST', agent: false })
    const end = (ended: unknown) => resolve({ sent: asked.writableFinished, ended })
    asked.on('response', (answer) => end(answer.resume().statusCode))
    asked.on('error', (error: NodeJS.ErrnoException) => end(error.code))
    asked.end(body)
  })
}

describe('/sandbox/faults', () => {
  test('adds, lists and clears, also while every request fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flyops-faults-'))
    const file = join(folder, 'faults.json')
    const api = startApi(createFaults({ file, now: Date.now }), file)
    try {
      const wanted = { place: 'api', kind: 'status', status: 503 }
      const added = await api.post('/sandbox/faults', wanted)
      expect(added).toMatchObject({ status: 201, body: wanted })
      expect((await api.get('/v1/apps?org_slug=personal')).status).toBe(503)
      expect((await api.get('/sandbox/faults')).body).toMatchObject([wanted])
      expect((await api.post('/sandbox/faults', { place: 'moon', kind: 'hang' })).status).toBe(400)
      expect((await api.delete('/sandbox/faults/nope')).status).toBe(404)
      expect((await api.delete(`/sandbox/faults/${added.body.id}`)).status).toBe(200)
      expect((await api.get('/v1/apps?org_slug=personal')).status).toBe(200)
      expect((await api.api.request('/sandbox/faults')).status).toBe(401)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('adds all that are wanted at one moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flyops-faults-'))
    const file = join(folder, 'faults.json')
    const api = startApi(createFaults({ file, now: Date.now }), file)
    try {
      const apps = ['one', 'two', 'three', 'four']
      const add = (app: string) =>
        api.post('/sandbox/faults', { place: 'machine', kind: 'oom', app })
      await Promise.all(apps.map(add))
      const listed = items((await api.get('/sandbox/faults')).body).map(({ app }) => app)
      expect(new Set(listed)).toEqual(new Set(apps))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('of an app strike what GraphQL and releases say of it, and of no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flyops-faults-'))
    const file = join(folder, 'faults.json')
    const api = startApi(createFaults({ file, now: Date.now }), file)
    const query = 'query($name: String!) { app(name: $name) { name } }'
    const ask = async (body: object) => (await api.post('/graphql', body)).status
    const release = async (app_name: string) =>
      (await api.post('/api/v1/releases', { app_name, definition: {}, image: 'none' })).status
    try {
      for (const name of ['hello', 'other']) await api.createApp(name)
      await api.post('/sandbox/faults', { place: 'api', kind: 'status', status: 503, app: 'hello' })
      expect(await ask({ query, variables: { name: 'hello' } })).toBe(503)
      expect(await ask({ query: '{ app(name: "hello") { name } }' })).toBe(503)
      expect(await ask({ query, variables: { name: 'other' } })).toBe(200)
      expect(await ask({ query: '{ apps { nodes { name } } }' })).toBe(200)
      expect([await release('hello'), await release('other')]).toEqual([503, 404])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a platform whose clock is late dates its answers so', async () => {
    const { api, clock } = startApi()
    const answer = await api.request('/v1/apps')
    expect(answer.headers.get('date')).toBe(new Date(clock.now()).toUTCString())
  })
})
