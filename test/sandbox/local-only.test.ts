import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localOnly } from '../../src/sandbox/local-only.js'
import { close, listen } from '../../src/sandbox/ports.js'
import { send } from '../support/http-server.js'

const server = createServer(localOnly((_request, response) => response.end('served')))
let url: URL

beforeAll(async () => {
  url = new URL(`http://127.0.0.1:${await listen(server, 0)}/info`)
})
afterAll(() => close(server))

function ask(headers: Record<string, string>) {
  return send(url, { method: 'GET', headers: { host: url.host, ...headers } })
}

describe('what this machine asks is served', () => {
  test.each([
    ['a program', {}],
    ['by another name of this machine', { host: 'localhost:4000' }],
    ['by a name for an app', { host: 'hello.localhost:4000' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    [
      'a page of the app itself',
      { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' },
    ],
    [
      'a person who followed a link',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
  ])('%s', async (_who, headers) => {
    expect(await ask(headers)).toMatchObject({ status: 200, text: 'served' })
  })
})

describe('what a page elsewhere makes a browser ask is not', () => {
  test.each([
    ['by a name of its own', { host: 'attacker.example:4000' }],
    ['by a name that only begins well', { host: 'localhost.attacker.example' }],
    ['by a name that only ends well', { host: 'attacker-localhost' }],
    ['by an address behind a user', { host: 'localhost@attacker.example' }],
    ['from its own origin', { origin: 'https://attacker.example' }],
    ['from an origin without a name', { origin: 'null' }],
    ['from an origin that looks like ours', { origin: 'https://127.0.0.1.attacker.example' }],
    ['for an image or a script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('%s', async (_how, headers) => {
    expect(await ask(headers)).toMatchObject({ status: 403 })
  })
})

test('a target with a host of its own is not served', async () => {
  const { host, port } = url
  const asking = request({ port, path: 'http://attacker.example/info', headers: { host } }).end()
  const [answer] = await once(asking, 'response')
  expect(answer.statusCode).toBe(403)
  answer.resume()
})
