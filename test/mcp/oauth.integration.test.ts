import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../src/sandbox/ports.js'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.js'
import {
  bearer,
  type HttpServer,
  mcpHeaders,
  replyOf,
  rpc,
  send,
  startHttpServer,
} from '../support/http-server.js'
import { signIn } from '../support/sign-in.js'

const list = rpc('tools/list')
const scope = 'flyops'

let folder: string
let issuer: AuthorizationServer
let server: HttpServer
/** The address of /mcp, known before anything listens there. */
let resource: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-oauth-'))
  const port = await freePort()
  resource = `http://127.0.0.1:${port}/mcp`
  issuer = await startAuthorizationServer(resource, scope)
  const rules = join(folder, 'rules.toml')
  await writeFile(
    rules,
    `[groups]
deployers = ["claim:leads"]
[[rule]]
name = "deploys"
who = ["group:deployers"]
[[rule]]
name = "looks"
who = ["*"]
tools = ["read"]
`,
  )
  server = await startHttpServer({
    args: ['--oauth-issuer', issuer.issuer, '--public-url', resource, '--policy', rules],
    port,
  })
})
afterAll(async () => {
  await server.stop()
  await issuer.stop()
  await rm(folder, { recursive: true, force: true })
})

const ask = (token: string) => send(server.url, { headers: bearer(token), body: list })
const toolsOf = async (token: string) =>
  replyOf(await ask(token)).result?.tools?.map(({ name }) => name) ?? []

test('who has no token is told where to sign in, by the metadata of the resource', async () => {
  const { status, headers } = await send(server.url, { headers: mcpHeaders, body: list })
  expect(status).toBe(401)
  const [, where = ''] =
    /resource_metadata="([^"]+)"/.exec(String(headers['www-authenticate'])) ?? []
  expect(headers['www-authenticate']).toContain(`scope="${scope}"`)
  for (const address of [where, where.replace(/\/mcp$/, '')]) {
    expect(await (await fetch(address)).json()).toMatchObject({
      resource,
      authorization_servers: [issuer.issuer],
      scopes_supported: [scope],
    })
  }
})

describe('a token', () => {
  test('of the issuer, for this server, in its time is let in', async () => {
    expect((await ask(await issuer.sign({}))).status).toBe(200)
  })

  test.each([
    ['for another audience', { aud: 'http://127.0.0.1:9/mcp' }, {}],
    ['of another issuer', { iss: 'http://127.0.0.1:9' }, {}],
    ['whose time is over', { exp: 1_700_000_000, iat: 1_699_999_000 }, {}],
    ['not valid yet', { nbf: 4_000_000_000 }, {}],
    ['of nobody', { sub: '' }, {}],
    ['of another type, an id token', {}, { typ: 'JWT' }],
    ['of a key that the issuer does not have', {}, { kid: 'another' }],
  ])('%s is 401', async (_name, claims, header) => {
    const { status, headers } = await ask(await issuer.sign(claims, header))
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ])
  })

  test('without a signature, or with one of a secret, is 401', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: issuer.issuer, aud: resource, sub: 'anna', scope, iat: 1, exp: 4e9 }
    expect((await ask(`${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims)}.`)).status).toBe(401)
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(new Uint8Array(32))
    expect((await ask(hmac)).status).toBe(401)
  })

  test('without the scope is 403, and says which', async () => {
    const { status, headers } = await ask(await issuer.sign({ scope: 'mail calendar' }))
    expect(status).toBe(403)
    expect(headers['www-authenticate']).toContain('error="insufficient_scope"')
    expect(headers['www-authenticate']).toContain(`scope="${scope}"`)
  })

  test('gives the tools of its groups, as the rules have them', async () => {
    expect(await toolsOf(await issuer.sign({ groups: ['leads'] }))).toContain('deploy_image')
    const others = await toolsOf(await issuer.sign({ groups: ['deployers'] }))
    expect(others).toContain('check_health')
    expect(others).not.toContain('deploy_image')
  })
})

test('the SDK’s client signs a person in with PKCE, and calls', async () => {
  const client = await signIn(server.url, { issuer, scope })
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toContain('deploy_image')
  await client.close()
})

test('a new key of the issuer is taken without a restart, and the old one no longer', async () => {
  const before = await issuer.sign({})
  expect((await ask(before)).status).toBe(200)
  await issuer.rotateKeys()
  await expect
    .poll(async () => (await ask(await issuer.sign({}))).status, { interval: 400 })
    .toBe(200)
  expect((await ask(before)).status).toBe(401)
})

test('an authorization server that is away is no fault of the token, and no end of this one', async () => {
  const away = `http://127.0.0.1:${await freePort()}`
  const other = await startHttpServer({
    args: ['--oauth-issuer', away, '--public-url', resource],
  })
  try {
    const { status, headers } = await send(other.url, {
      headers: bearer(await issuer.sign({})),
      body: list,
    })
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '5' })
  } finally {
    await other.stop()
  }
})
