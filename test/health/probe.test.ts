import { createServer, type RequestListener, type Server } from 'node:http'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createSendProbe } from '../../src/health/probe.js'
import { createRedaction } from '../../src/process/redact.js'

const sendProbe = createSendProbe((text) => text)

const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${await listen(server)}`
}

/** Answers every connection with these bytes, as they are, and leaves it open. */
async function serveBytes(bytes: string): Promise<string> {
  const server = createTcpServer((socket) => {
    closers.push(() => socket.destroy())
    socket.on('error', () => {}).once('data', () => socket.write(bytes))
  })
  closers.push(() => server.close())
  return `http://${await listen(server)}`
}

/** A host that the probe must not ask: the requests that it got, and its address. */
async function serveInside() {
  const requests: string[] = []
  const url = await serve((request, response) => {
    requests.push(request.url ?? '')
    response.end('the credentials of this machine')
  })
  return { requests, host: new URL(url).host }
}

describe('the outside GET', () => {
  test('is not made once more where no time is left for an answer: what was said before counts', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      asked += 1
      if (asked === 1) response.writeHead(502).end()
    })
    const probe = await sendProbe({ url, path: '/info', timeoutMs: 400, pauseMs: 300 })
    expect(probe).toMatchObject({ status: 502, error: undefined })
    expect(asked).toBe(1)
  })

  test('reports status, latency and an excerpt of the body', async () => {
    const url = await serve((request, response) => response.end(`${request.url}: Health Ok!\n`))
    expect(await sendProbe({ url, path: '/info?x=1', timeoutMs: 5_000 })).toEqual({
      url: `${url}/info?x=1`,
      status: 200,
      latencyMs: expect.any(Number),
      bodyExcerpt: '/info?x=1: Health Ok!',
      body: '/info?x=1: Health Ok!\n',
      isStream: false,
      redirect: undefined,
      redirectPath: undefined,
      error: undefined,
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

  test('says why nothing answered', async () => {
    const url = await serve(() => {})
    expect(await sendProbe({ url, path: '/', timeoutMs: 300 })).toMatchObject({
      status: undefined,
      error: expect.stringMatching(/no answer within \d+ ms/),
    })
  })

  test('says that nothing listens', async () => {
    const server = createServer()
    const host = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const probe = await sendProbe({ url: `http://${host}`, path: '/', timeoutMs: 300 })
    expect(probe.error).toContain('ECONNREFUSED')
  })
})

describe('whatever the path looks like, the app alone is asked', () => {
  test.each([
    '//HOST/latest/meta-data',
    '/\\HOST/latest',
    '\\\\HOST/latest',
    '/\t/HOST/latest',
    '/../..//HOST/latest',
    'http://HOST/latest',
    'http:HOST/latest',
    '@HOST/latest',
    ':80@HOST/latest',
    '.HOST/latest',
    '?//HOST/latest',
    '#@HOST/latest',
    ' HOST/latest',
    '',
  ])('%j', async (path) => {
    const inside = await serveInside()
    const url = await serve((_request, response) => response.end('the app'))
    const asked = path.replace('HOST', inside.host)
    const probe = await sendProbe({ url, path: asked, timeoutMs: 2_000 })
    expect(probe).toMatchObject({ status: 200, bodyExcerpt: 'the app' })
    expect(new URL(probe.url).origin).toBe(url)
    expect(inside.requests).toEqual([])
  })
})

describe('a redirect', () => {
  const redirectTo = (location: string) =>
    serve((_request, response) => response.writeHead(302, { location }).end())

  test('is not followed; it is told where it points, and which path that is', async () => {
    const inside = await serveInside()
    const url = await redirectTo('/static/?page=1')
    expect(await sendProbe({ url, path: '/', timeoutMs: 5_000 })).toMatchObject({
      status: 302,
      redirect: `${url}/static/?page=1`,
      redirectPath: '/static/?page=1',
    })
    const away = await redirectTo(`http://${inside.host}/latest`)
    await sendProbe({ url: away, path: '/', timeoutMs: 5_000 })
    expect(inside.requests).toEqual([])
  })

  test.each([
    ['another host', 'https://evil.example/latest'],
    ['a path that names another host', '/.//evil.example/latest'],
    ['itself', '/info'],
    ['a script', 'javascript:alert(1)'],
  ])('to %s has no path that could be used', async (_name, location) => {
    const url = await redirectTo(location)
    const probe = await sendProbe({ url, path: '/info', timeoutMs: 5_000 })
    expect(probe).toMatchObject({ status: 302, redirectPath: undefined })
    expect(probe.redirect).toBeDefined()
  })

  test('to what is no address is told at once, as it stands', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(302, { location: 'http://[' }).end()
    })
    expect(await sendProbe({ url, path: '/', timeoutMs: 5_000 })).toMatchObject({
      status: 302,
      redirect: 'http://[',
      redirectPath: undefined,
      error: undefined,
    })
    expect(requests).toBe(1)
  })

  test('to an address of 10,000 characters is cut', async () => {
    const url = await redirectTo(`/${'x'.repeat(10_000)}`)
    const { redirect, redirectPath } = await sendProbe({ url, path: '/', timeoutMs: 5_000 })
    expect(redirect).toHaveLength(500)
    expect(redirectPath).toBeUndefined()
  })
})

describe('an answer without an end', () => {
  test.each([
    ['that says something', 'data: hello\n\n', 'data: hello'],
    ['that is silent', '', ''],
  ])('is judged by its status: a stream %s', async (_name, said, bodyExcerpt) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      if (said !== '') response.write(said)
    })
    const startedAt = performance.now()
    const probe = await sendProbe({ url, path: '/events', timeoutMs: 20_000 })
    expect(probe).toMatchObject({ status: 200, isStream: true, bodyExcerpt, error: undefined })
    expect(probe.latencyMs).toBeLessThan(1_900)
    expect(performance.now() - startedAt).toBeLessThan(6_000)
  })

  test('is cut where it says much', async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect((await sendProbe({ url, path: '/', timeoutMs: 5_000 })).bodyExcerpt).toHaveLength(500)
  })

  test('in its headers is no answer when the time is over', async () => {
    const server = createTcpServer((socket) => {
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 50)
      const end = () => {
        clearInterval(timer)
        socket.destroy()
      }
      closers.push(end)
      socket.on('error', end).write('HTTP/1.1 200 OK\r\n')
    })
    closers.push(() => server.close())
    const url = `http://${await listen(server)}`
    const startedAt = performance.now()
    const probe = await sendProbe({ url, path: '/', timeoutMs: 1_500 })
    expect(probe).toMatchObject({ status: undefined, error: expect.stringContaining('no answer') })
    expect(performance.now() - startedAt).toBeLessThan(4_000)
  })
})

describe('an answer that is too much', () => {
  test('of headers is no answer', async () => {
    const url = await serveBytes(`HTTP/1.1 200 OK\r\nx-big: ${'x'.repeat(10_000_000)}\r\n\r\n`)
    expect(await sendProbe({ url, path: '/', timeoutMs: 500 })).toMatchObject({
      status: undefined,
      error: expect.stringMatching(/header/i),
    })
  })

  test('when it is unpacked is unpacked no further than the excerpt', async () => {
    const packed = gzipSync(Buffer.alloc(200_000_000, 'x'), { level: 9 })
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    )
    const before = process.memoryUsage().rss
    const startedAt = performance.now()
    const probe = await sendProbe({ url, path: '/', timeoutMs: 20_000 })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
    expect(probe.bodyExcerpt).toHaveLength(500)
  })

  test('shows no part of a secret at the end of its excerpt, and can be looked into all the same', async () => {
    const secret = 'hush-0123456789abcdef'
    const { redact, hide } = createRedaction((text) => text)
    hide(secret)
    const url = await serve((_request, response) => response.end(`${'x'.repeat(490)}${secret} Ok`))
    const probe = await createSendProbe(redact)({ url, path: '/', timeoutMs: 5_000 })
    expect(probe.bodyExcerpt).toBe(`${'x'.repeat(490)}[redacted]`)
    expect(probe.body).toContain('Ok')
  })

  test('has no control characters in its excerpt', async () => {
    const url = await serve((_request, response) => response.end('a\u001b]52;c;eA==\u0007b\u202ec'))
    expect((await sendProbe({ url, path: '/', timeoutMs: 5_000 })).bodyExcerpt).toBe('abc')
  })
})
