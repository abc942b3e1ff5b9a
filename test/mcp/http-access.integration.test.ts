import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  bearer,
  errorCodeOf,
  type HttpServer,
  mcpHeaders,
  replyOf,
  rpc,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { mainScript } from '../support/paths.js'

const everything = 'everything-0123456789abcdef'
const [ci, reader] = ['ci-0123456789abcdefghij', 'reader-0123456789abcdef']

function entry(name: string, token: string, tools = ['*'], apps = ['*']) {
  return { name, sha256: createHash('sha256').update(token).digest('hex'), tools, apps }
}

const allEntries = [
  entry('ci', ci, ['*'], ['staging-*']),
  entry('reader', reader, ['list_releases', 'get_*']),
]

let folder: string
let tokensFile: string
let server: HttpServer

const writeTokens = (tokens: readonly object[]) => writeFile(tokensFile, JSON.stringify({ tokens }))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-tokens-'))
  tokensFile = join(folder, 'tokens.json')
  await writeTokens(allEntries)
  server = await startHttpServer({
    args: ['--tokens', tokensFile, '--allowed-hosts', 'deploy.example.com, other.example'],
    env: { FLYOPS_HTTP_TOKEN: everything, FLY_APP_NAME: 'my-flyops' },
  })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => writeTokens(allEntries))

/** A call that would start flyctl if it got in. */
const body = toolCall('list_releases', { app: 'hello' })
const list = rpc('tools/list')

describe('who has no good token gets 401, and nothing is started', () => {
  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a wrong one', { authorization: 'Bearer wrong-0123456789abcdef' }],
    ['a truncated one', { authorization: `Bearer ${everything.slice(0, -1)}` }],
    ['a longer one', { authorization: `Bearer ${everything}0` }],
    ['two', { authorization: `Bearer ${everything} ${everything}` }],
    ['its hash', { authorization: `Bearer ${allEntries[0]?.sha256}` }],
    ['another scheme', { authorization: `Basic ${btoa(`user:${everything}`)}` }],
    ['no scheme', { authorization: everything }],
    ['another header', { 'x-api-key': everything, cookie: `token=${everything}` }],
  ])('%s', async (_name, headers) => {
    const before = await server.programCalls()
    const answer = await send(server.url, { headers: { ...mcpHeaders, ...headers }, body })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="flyops"/)
    expect(replyOf(answer)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_000 } })
    expect(await server.programCalls()).toEqual(before)
  })

  test('and is told where tokens come from, whatever it looks for', async () => {
    const refused = await send(server.url, { headers: mcpHeaders, body })
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="flyops"')
    const message = expect.stringMatching(/Authorization: Bearer TOKEN.*`flyops token`.*no OAuth/)
    expect(replyOf(refused).error).toMatchObject({ message })
    const place = new URL('/.well-known/oauth-protected-resource/mcp', server.url)
    const found = await send(place, { method: 'GET' })
    expect([found.status, replyOf(found).error]).toMatchObject([404, { message }])
  })

  test.each(['token', 'access_token', 'key'])('one in the query, as %s', async (name) => {
    const url = new URL(`?${name}=${everything}`, server.url)
    expect((await send(url, { headers: mcpHeaders, body })).status).toBe(401)
  })

  test('one that is revoked, from the next request on; one that is added gets in', async () => {
    expect((await send(server.url, { headers: bearer(ci), body: list })).status).toBe(200)
    await writeTokens([entry('late', 'late-0123456789abcdef')])
    expect((await send(server.url, { headers: bearer(ci), body: list })).status).toBe(401)
    const late = bearer('late-0123456789abcdef')
    expect((await send(server.url, { headers: late, body: list })).status).toBe(200)
  })

  test('nobody while the tokens cannot be read', async () => {
    await writeFile(tokensFile, '{"tokens": [')
    const answer = await send(server.url, { headers: bearer(ci), body: list })
    expect([answer.status, replyOf(answer).error?.code]).toEqual([500, -32_603])
    expect(answer.text).not.toContain(tokensFile)
  })
})

describe('names', () => {
  test.each<[string, Record<string, string>, number?]>([
    ['evil Host', { host: 'evil.example' }],
    ['Host that only begins like ours', { host: 'localhost.evil.example' }],
    ['Host with a user', { host: 'me@localhost' }, 400],
    ['evil Origin', { origin: 'https://evil.example' }],
    ['null Origin', { origin: 'null' }],
    ['Origin that only ends like ours', { origin: 'https://evil-localhost' }],
    ['Origin of a file', { origin: 'file://localhost' }],
  ])('%s is refused, with a good token too', async (_name, headers, status = 403) => {
    const before = await server.programCalls()
    const answer = await send(server.url, { headers: { ...bearer(everything), ...headers }, body })
    expect([answer.status, replyOf(answer).error?.code]).toEqual([status, -32_000])
    expect(await server.programCalls()).toEqual(before)
  })

  test.each([
    { host: 'deploy.example.com' },
    { host: 'OTHER.example:443', origin: 'https://other.example' },
    { host: 'my-flyops.fly.dev', origin: 'https://my-flyops.fly.dev' },
    { host: 'localhost:1', origin: 'http://localhost:1' },
    { host: '[::1]:8080' },
  ])('%j is served', async (headers) => {
    const answer = await send(server.url, {
      headers: { ...bearer(everything), ...headers },
      body: list,
    })
    expect(answer.status).toBe(200)
  })
})

describe('a scope', () => {
  const toolsOf = async (token: string) => {
    const answer = await send(server.url, { headers: bearer(token), body: list })
    return replyOf(answer).result?.tools?.map(({ name }) => name)
  }
  const call = (token: string, name: string, args: object) =>
    send(server.url, { headers: bearer(token), body: toolCall(name, args) })

  test('decides which tools are listed', async () => {
    expect(await toolsOf(reader)).toEqual(['list_releases', 'get_job', 'get_logs'])
    expect((await toolsOf(everything))?.length).toBeGreaterThan(8)
  })

  test.each([
    ['tool', reader, 'create_app', { app: 'hello' }],
    ['app', ci, 'list_releases', { app: 'production' }],
    ['app whose name only contains it', ci, 'list_releases', { app: 'not-staging-a' }],
    [
      'owner of an image',
      ci,
      'deploy_image',
      { app: 'staging-a', image: 'registry.fly.io/production:1' },
    ],
    ['owner of an image alone', ci, 'push_image', { image: 'registry.fly.io/production:1' }],
    [
      'image to compare with',
      ci,
      'check_health',
      { app: 'staging-a', expect_image: 'registry.fly.io/production:1' },
    ],
    ['app that is made up', ci, 'create_app', { generate_name: true }],
    ['call without its app', ci, 'build_image', {}],
  ])('refuses another %s, and nothing is started', async (_name, token, tool, args) => {
    const before = await server.programCalls()
    const answer = await call(token, tool, args)
    expect([answer.status, replyOf(answer).result?.isError, errorCodeOf(answer)]).toEqual([
      200,
      true,
      'forbidden',
    ])
    expect(await server.programCalls()).toEqual(before)
  })

  test('lets through what it covers', async () => {
    const before = (await server.programCalls()).length
    const answers = [
      await call(ci, 'list_releases', { app: 'staging-a' }),
      await call(ci, 'doctor', {}),
      await call(reader, 'list_releases', { app: 'production' }),
    ]
    expect(answers.map(errorCodeOf)).not.toContain('forbidden')
    expect((await server.programCalls()).length).toBeGreaterThan(before)
  })
})

describe('flyops refuses to start', () => {
  const start = (args: readonly string[], env: Record<string, string> = {}) =>
    execa(process.execPath, [mainScript, 'serve', '--http', '--port', '0', ...args], {
      env,
      reject: false,
      timeout: 20_000,
    })

  test.each(['0.0.0.0', '::', '192.0.2.1'])(
    'on %s without a token: one line, exit 1',
    async (host) => {
      const { exitCode, stderr } = await start(['--host', host], { FLYOPS_HTTP_TOKEN: '' })
      expect([exitCode, stderr.split('\n').length]).toEqual([1, 1])
      expect(stderr).toContain('FLYOPS_HTTP_TOKEN')
    },
  )

  test.each([
    ['a token that can be guessed', [], 'letmein'],
    ['a token that no header can carry', [], 'twenty characters, with spaces'],
    ['a tokens file that is not there', ['--tokens', '/nowhere/tokens.json'], ''],
  ])('with %s', async (_name, args, token) => {
    const { exitCode, stderr } = await start(args, { FLYOPS_HTTP_TOKEN: token })
    expect([exitCode, stderr.includes('Listening')]).toEqual([2, false])
  })

  test.each([
    ['two of one name', [entry('a', ci), entry('a', reader)]],
    ['one without its apps', [{ ...entry('a', ci), apps: undefined }]],
    ['one in the clear', [{ ...entry('a', ci), sha256: ci }]],
  ])('with tokens of which there is %s', async (_name, tokens) => {
    await writeTokens(tokens)
    expect((await start(['--tokens', tokensFile])).exitCode).toBe(2)
  })
})

test('flyops token makes a token that gets in, with its scope', async () => {
  const args = ['token', 'made', '--tools', 'doctor,get_job', '--apps', 'a-*']
  const { stdout } = await execa(process.execPath, [mainScript, ...args])
  const { token, entry: made } = JSON.parse(stdout)
  await writeTokens([made])
  const answer = await send(server.url, { headers: bearer(token), body: list })
  expect(replyOf(answer).result?.tools?.map(({ name }) => name)).toEqual(['get_job', 'doctor'])
  expect(made).toMatchObject({ name: 'made', apps: ['a-*'] })
  expect(JSON.stringify(made)).not.toContain(token)
})
