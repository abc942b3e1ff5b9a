import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { sendProbe } from '../../src/health/probe.js'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}

describe('the outside GET', () => {
  test('reports status, latency and an excerpt of the body', async () => {
    const url = await serve((request, response) => response.end(`${request.url}: Health Ok!\n`))
    expect(await sendProbe({ url, path: '/info?x=1', timeoutMs: 5_000 })).toEqual({
      url: `${url}/info?x=1`,
      status: 200,
      latencyMs: expect.any(Number),
      bodyExcerpt: '/info?x=1: Health Ok!',
      redirect: undefined,
      error: undefined,
    })
  })

  test('does not follow redirects, and says where they point', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: '/static/' }).end(),
    )
    expect(await sendProbe({ url, path: '/', timeoutMs: 5_000 })).toMatchObject({
      status: 302,
      redirect: `${url}/static/`,
    })
  })

  test('waits while a proxy wakes the app', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(requests === 1 ? 503 : 200).end()
    })
    expect((await sendProbe({ url, path: '/', timeoutMs: 10_000 })).status).toBe(200)
    expect(requests).toBe(2)
  })

  test('an endless body is cut', async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect((await sendProbe({ url, path: '/', timeoutMs: 5_000 })).bodyExcerpt).toHaveLength(500)
  })

  test('says why nothing answered', async () => {
    const url = await serve(() => {})
    expect(await sendProbe({ url, path: '/', timeoutMs: 300 })).toMatchObject({
      status: undefined,
      error: expect.stringMatching(/no answer within \d+ ms/),
    })
  })

  test('says that nothing listens', async () => {
    const url = await serve(() => {})
    await new Promise((resolve) => server?.close(resolve))
    expect((await sendProbe({ url, path: '/', timeoutMs: 300 })).error).toContain('ECONNREFUSED')
  })
})
