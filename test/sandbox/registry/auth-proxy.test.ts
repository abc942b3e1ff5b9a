import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../../src/log.js'
import { createPrivateFolder } from '../../../src/process/private-folders.js'
import type { Faults } from '../../../src/sandbox/faults/faults.js'
import { type Access, everything } from '../../../src/sandbox/platform/access.js'
import { actions } from '../../../src/sandbox/platform/caveats.js'
import { close, listen } from '../../../src/sandbox/ports.js'
import { createAuthProxy } from '../../../src/sandbox/registry/auth-proxy.js'
import { noFaults, strikingOnce } from '../faults/none.js'

const token = 'fo1_sandbox_test'
const readOnly = 'fm2_reads'
const tokens: Readonly<Record<string, Access>> = {
  [token]: everything,
  [readOnly]: { permits: ({ action }) => action === actions.read, isNarrowed: true },
  fm2_other: { permits: ({ app }) => app === 'other', isNarrowed: false },
}
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of closers.splice(0)) await end()
})

const telling: RequestListener = (request, response) => response.end(`reached ${request.url}`)

/** A proxy before a server that tells what reached it, or does something else. */
async function openProxy(
  admits = true,
  faults: Faults = noFaults,
  answer = telling,
): Promise<string> {
  const backend = createServer(answer)
  const { path: folder, remove } = await createPrivateFolder('test')
  const socket = join(folder, 'socket')
  await once(backend.listen(socket), 'listening')
  const proxy = createAuthProxy({
    backend: socket,
    accessOf: (given) => tokens[given],
    login: { admits: () => admits },
    ownsRepository: (app) => app === 'hello',
    faults,
    log: createLog('silent'),
  })
  closers.push(
    () => close(proxy),
    () => close(backend),
    remove,
  )
  return `http://127.0.0.1:${await listen(proxy, 0)}`
}

function basic(password: string, user = 'x') {
  return { headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` } }
}

test('asks for credentials', async () => {
  const answer = await fetch(`${await openProxy()}/v2/`)
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
})

test.each([
  ['wrong', 'x'],
  [token, 'somebody'],
])('refuses the password "%s" of user "%s"', async (password, user) => {
  const answer = await fetch(`${await openProxy()}/v2/`, basic(password, user))
  expect(answer.status).toBe(401)
})

test('refuses the right credentials outside a login', async () => {
  const answer = await fetch(`${await openProxy(false)}/v2/hello/manifests/1`, basic(token))
  expect(answer.status).toBe(401)
})

test('lets an app reach its repository', async () => {
  const answer = await fetch(`${await openProxy()}/v2/hello/manifests/1?a=b`, basic(token))
  expect(await answer.text()).toBe('reached /v2/hello/manifests/1?a=b')
})

test("refuses a repository without an app in Fly's words", async () => {
  const answer = await fetch(`${await openProxy()}/v2/nope/blobs/uploads/`, {
    ...basic(token),
    method: 'POST',
  })
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 'NAME_UNKNOWN', message: 'app repository not found' }],
  })
})

test('lets a token that only reads pull, and not push', async () => {
  const proxy = await openProxy()
  const path = `${proxy}/v2/hello/blobs/uploads/`
  expect((await fetch(`${proxy}/v2/hello/manifests/1`, basic(readOnly))).status).toBe(200)
  const answer = await fetch(path, { ...basic(readOnly), method: 'POST' })
  expect([answer.status, await answer.json()]).toMatchObject([
    403,
    { errors: [{ code: 'DENIED' }] },
  ])
  expect((await fetch(path, { ...basic('fm2_other'), method: 'POST' })).status).toBe(404)
})

test('a fault takes the place of the registry’s answer, but not of the login’s', async () => {
  const striking = (status: number) => strikingOnce({ place: 'registry', kind: 'status', status })
  for (const status of [401, 500]) {
    const proxy = await openProxy(true, striking(status))
    expect((await fetch(`${proxy}/v2/`, basic(token))).status).toBe(200)
    expect((await fetch(`${proxy}/v2/hello/manifests/1`, basic(token))).status).toBe(status)
    expect((await fetch(`${proxy}/v2/hello/manifests/1`, basic(token))).status).toBe(200)
  }
})

test('doctor, which asks without a login, sees a fault too', async () => {
  const url = `${await openProxy(true, strikingOnce({ place: 'registry', kind: 'status' }))}/v2/`
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(url, { headers: { 'user-agent': 'flyops' } })).status).toBe(500)
})

test('a fault may cut the connection', async () => {
  const proxy = await openProxy(true, strikingOnce({ place: 'registry', kind: 'reset' }))
  await expect(fetch(`${proxy}/v2/hello/manifests/1`, basic(token))).rejects.toThrow('fetch failed')
})

test('a fault may make an answer late, which is the right one', async () => {
  const proxy = await openProxy(
    true,
    strikingOnce({ place: 'registry', kind: 'latency', seconds: 0.2 }),
  )
  const asked = fetch(`${proxy}/v2/hello/manifests/1`, basic(token))
  const quick = await fetch(`${proxy}/v2/hello/manifests/2`, basic(token))
  expect(await Promise.race([asked, 'not there yet'])).toBe('not there yet')
  expect([quick.status, await (await asked).text()]).toEqual([200, 'reached /v2/hello/manifests/1'])
})

test('the registry is never told to close: what is still to be written would meet a closed connection', async () => {
  const seen: unknown[] = []
  const proxy = await openProxy(true, noFaults, ({ headers, socket }, response) => {
    seen.push([headers.connection, socket])
    response.end()
  })
  for (let count = 0; count < 2; count += 1) {
    const asked = httpRequest(`${proxy}/v2/hello/manifests/1`, { ...basic(token), agent: false })
    const [answer] = await once(asked.end(), 'response')
    await once(answer.resume(), 'end')
  }
  const [first, second] = seen
  expect(first).toEqual(['keep-alive', expect.anything()])
  expect(second).toEqual(first)
})

test('cuts an answer off in the middle where a fault wants that', async () => {
  const faults = strikingOnce({ place: 'registry', kind: 'truncate' })
  const url = `${await openProxy(true, faults)}/v2/hello/manifests/1`
  await expect((await fetch(url, basic(token))).text()).rejects.toThrow('terminated')
  expect(await (await fetch(url, basic(token))).text()).toBe('reached /v2/hello/manifests/1')
})
