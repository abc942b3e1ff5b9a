import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { errorCodeOf, mcpHeaders, send, startHttpServer, toolCall } from '../support/http-server.js'

/** Makes one call that fails, and ends the server. */
async function buildOnce(env: Record<string, string>, args: readonly string[] = []) {
  const server = await startHttpServer({ env, args })
  const body = toolCall('build_image', { app: 'hello' })
  const answer = await send(server.url, { headers: mcpHeaders, body })
  expect(errorCodeOf(answer), answer.text).toBeDefined()
  expect(await server.stop()).toBe(0)
  return { ...server.written(), code: errorCodeOf(answer) }
}

const lines = (from: string) =>
  from
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('audit lines are on standard output of a server over HTTP, and nothing else', async () => {
  const { stdout, code } = await buildOnce({ FLYOPS_AUDIT: 'stdout' })
  expect(lines(stdout)).toMatchObject([
    { audit: 'started', who: 'local', tool: 'build_image', app: 'hello' },
    { audit: 'ended', who: 'local', tool: 'build_image', app: 'hello', status: 'failed', code },
  ])
})

test('a call that is refused is told too, without secrets', async () => {
  // A secret that stands in the message, for the app is named as it is.
  const env = { FLYOPS_AUDIT: 'stdout', FLY_API_TOKEN: 'hello' }
  const { stdout } = await buildOnce(env, ['--apps', 'other'])
  expect(lines(stdout)).toMatchObject([
    {
      audit: 'refused',
      who: 'local',
      tool: 'build_image',
      code: 'refused',
      message: 'This flyops may not use the app [redacted].',
    },
  ])
})

test('what waits for an address goes before the server ends', async () => {
  const got: string[] = []
  const collector = createServer(async (request, response) => {
    got.push(await text(request))
    response.end()
  })
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  onTestFinished(() => void collector.close())
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`
  const { stdout } = await buildOnce({ FLYOPS_AUDIT: url })
  expect(stdout).toBe('')
  expect(lines(got.join(''))).toMatchObject([{ audit: 'started' }, { audit: 'ended' }])
})
