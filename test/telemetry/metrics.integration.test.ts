import { expect, onTestFinished, test } from 'vitest'
import { bearer, send, startHttpServer, toolCall } from '../support/http-server.js'

const token = 'anna-0123456789abcdefghij'

async function start(env: Record<string, string>) {
  const server = await startHttpServer({ env: { FLYOPS_HTTP_TOKEN: token, ...env } })
  onTestFinished(async () => void (await server.stop()))
  return { server, place: new URL('/metrics', server.url) }
}

test('numbers are told to whoever may call, and to nobody else', async () => {
  const { server, place } = await start({ FLYOPS_METRICS: '1' })
  const ask = (headers: Record<string, string>) => send(place, { method: 'GET', headers })
  await send(server.url, { headers: bearer(token), body: toolCall('get_job', { job_id: 'x' }) })
  const told = await ask(bearer(token))
  expect(told.headers['content-type']).toMatch(/^text\/plain/)
  expect(told.text).toContain(
    'flyops_call_duration_seconds_count{tool="get_job",code="invalid_input"} 1',
  )
  expect((await ask({})).status).toBe(401)
  expect((await ask(bearer('somebody-0123456789abcdef'))).status).toBe(401)
  expect((await ask({ ...bearer(token), host: 'elsewhere.example.com' })).status).toBe(403)
})

test('without the setting there are none', async () => {
  const { place } = await start({})
  expect((await send(place, { method: 'GET', headers: bearer(token) })).status).toBe(404)
})
