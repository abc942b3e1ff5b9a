import { createServer, request } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { strikeFaults } from '../../../src/sandbox/api/faults.js'
import { close, listen } from '../../../src/sandbox/ports.js'
import { strikingOnce } from '../faults/none.js'

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
