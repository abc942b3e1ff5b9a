import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type Exchange, readTranscript, run, serve } from './replay.js'

/** Runs a recorded command and interrupts it at the first request that matches. */
async function interrupt(name: string, at: RegExp) {
  const { command, exchanges } = await readTranscript(name)
  const ending = new AbortController()
  await using server = await serve(exchanges, (request) => {
    if (at.test(request)) ending.abort()
  })
  const ran = await run(command, { url: server.url, signal: ending.signal })
  return { ...ran, asked: server.asked }
}

describe('an interrupted deploy', () => {
  test.for<readonly [string, RegExp]>([
    ['deploy-first', /^GET .*\/machines\/\w+$/],
    ['deploy-again', /\/wait\?/],
  ])('%s ends with 127, its release interrupted, its leases kept', async ([name, at]) => {
    const { exit, stderr, asked } = await interrupt(name, at)
    expect(exit).toBe(127)
    expect(stderr).not.toContain('Error:')
    const last = asked.at(-1)
    expect(last).toMatchObject({ body: { status: 'interrupted' } })
    expect(asked.map(({ request }) => request).filter((each) => /^DELETE/.test(each))).toEqual([])
  })
})

test('a failed deploy says so in its release, and gives the lease back', async () => {
  const { command, exchanges } = await readTranscript('deploy-crashing')
  await using server = await serve(exchanges)
  expect((await run(command, { url: server.url })).exit).toBe(1)
  expect(server.asked.at(-2)).toMatchObject({ request: expect.stringMatching(/^DELETE .*\/lease/) })
  expect(server.asked.at(-1)).toMatchObject({
    body: {
      status: 'failed',
      metadata: { post_deployment_info: { error: expect.stringContaining('appears to be') } },
    },
  })
})

test('a health check that never passes ends the deploy after the wait timeout', async () => {
  const { command, exchanges } = await readTranscript('deploy-first')
  const failing = exchanges.map((each): Exchange => {
    const answer = Object(each.answer)
    const isMachine = /^GET .*\/machines\/\w+$/.test(each.request)
    const checks = [{ name: 'up', status: 'critical' }]
    const request = each.request.replace('timeout=60', 'timeout=2')
    return { ...each, request, answer: isMachine ? { ...answer, checks } : answer }
  })
  await using server = await serve(failing)
  const words = [...command, '--wait-timeout', '2']
  const { exit, stderr } = await run(words, { url: server.url })
  expect(exit).toBe(1)
  expect(stderr).toMatch(
    /Error: timeout reached waiting for health checks to pass for machine (\w+): failed to get VM \1: Get ".*": net\/http: request canceled\n$/,
  )
})

test('502 and 503 are asked again', async () => {
  let count = 0
  const server = createServer((_request, response) => {
    count += 1
    response.writeHead(count < 3 ? 503 : 200)
    response.end('{"data":{"viewer":{"email":"a@b"}}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = Object(server.address())
  expect(await run(['auth', 'whoami'], { url: `http://127.0.0.1:${port}` })).toEqual({
    exit: 0,
    stdout: '{\n    "email": "a@b"\n}\n',
    stderr: '',
  })
  server.closeAllConnections()
  server.close()
})
