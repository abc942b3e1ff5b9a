import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createRegistry } from '../../src/registry/registry.js'
import { close, listen } from '../../src/sandbox/ports.js'

const token = 'fm2_of-joe'
const basic = `Basic ${btoa(`x:${token}`)}`
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

const config = JSON.stringify({
  architecture: 'amd64',
  config: { ExposedPorts: { '3000/tcp': {}, '53/udp': {} }, Labels: { 'flyops.inputs': 'a' } },
})
const image = JSON.stringify({
  config: { digest: digestOf(config), size: 10 },
  layers: [{ size: 20 }, { size: 30 }],
})
const index = JSON.stringify({
  manifests: [
    { digest: digestOf('attestation'), platform: { os: 'unknown', architecture: 'unknown' } },
    { digest: digestOf(image), platform: { os: 'linux', architecture: 'amd64' } },
  ],
})
const content: Readonly<Record<string, string>> = {
  '/v2/hello/manifests/1a2b3c4': image,
  '/v2/hello/manifests/several': index,
  [`/v2/hello/manifests/${digestOf(image)}`]: image,
  [`/v2/hello/blobs/${digestOf(config)}`]: config,
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const serve: Answer = ({ url = '', headers }, response) => {
  if (headers.authorization !== basic) response.writeHead(401).end('{}')
  else if (content[url] === undefined) response.writeHead(404).end('{"errors":[]}')
  else response.end(content[url])
}

/** Asks a registry that answers so. */
async function inspect(tag: string, answer: Answer = serve, given = token) {
  const server = createServer(answer)
  const host = `127.0.0.1:${await listen(server, 0)}`
  onTestFinished(() => close(server))
  return createRegistry().inspect(`${host}/hello${tag}`, given)
}

const found = {
  kind: 'found',
  digest: digestOf(image),
  configDigest: digestOf(config),
  sizeBytes: 60,
  layers: 2,
  labels: { 'flyops.inputs': 'a' },
  exposedPorts: [3000],
}

test.each([
  ['by its tag', ':1a2b3c4'],
  ['by its digest', `@${digestOf(image)}`],
  ['of an index, the one for Fly’s machines', ':several'],
])('an image %s', async (_how, tag) => {
  expect(await inspect(tag)).toEqual(found)
})

test('a tag that is not there', async () => {
  expect(await inspect(':2')).toEqual({ kind: 'absent' })
})

test('a token that is refused', async () => {
  expect(await inspect(':1a2b3c4', serve, 'other')).toMatchObject({ kind: 'unauthorized' })
})

test.each([
  [404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', 'no_repository'],
  [403, 'denied', 'unauthorized'],
  [500, 'oops', 'failed'],
  [200, '{"config":1}', 'failed'],
  [200, 'x'.repeat(5 * 2 ** 20), 'failed'],
])('%i with %.20s is %s', async (status, body, kind) => {
  const answer: Answer = (_request, response) => response.writeHead(status).end(body)
  expect(await inspect(':1', answer)).toMatchObject({ kind })
})

test('nobody there', async () => {
  const registry = createRegistry()
  expect(await registry.inspect('127.0.0.1:9/hello:1', token)).toMatchObject({ kind: 'failed' })
})

test('a registry that wants a token of its own gets it for the login', async () => {
  const asked: (string | undefined)[] = []
  const answer: Answer = (request, response) => {
    const { url = '', headers } = request
    if (url.startsWith('/token')) {
      asked.push(url, headers.authorization)
      response.end('{"token":"its-own"}')
    } else if (headers.authorization === 'Bearer its-own') response.end(content[url])
    else {
      const realm = `http://${headers.host}/token`
      const challenge = `Bearer realm="${realm}",service="fly",scope="repository:hello:pull"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
  }
  expect(await inspect(':1a2b3c4', answer)).toEqual(found)
  expect(asked.slice(0, 2)).toEqual(['/token?service=fly&scope=repository%3Ahello%3Apull', basic])
})

test('the login goes to nobody over a connection that is not encrypted', async () => {
  const challenge = 'Bearer realm="http://registry.example/token"'
  const answer: Answer = (_request, response) =>
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  expect(await inspect(':1', answer)).toMatchObject({ kind: 'unauthorized' })
})

test('who no longer waits is told so', async () => {
  const signal = AbortSignal.abort(new Error('gone'))
  const asking = createRegistry().inspect('127.0.0.1:9/hello:1', token, { signal })
  await expect(asking).rejects.toThrow('gone')
})
