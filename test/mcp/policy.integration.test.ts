import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient } from '../support/client.js'
import {
  bearer,
  errorCodeOf,
  type HttpServer,
  replyOf,
  rpc,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { fixtureProgram, mainScript } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject } from '../support/project.js'

const coreTools = [
  'build_image',
  'push_image',
  'create_app',
  'deploy_image',
  'list_releases',
  'check_health',
  'get_job',
  'cancel_job',
  'doctor',
]
const changing = [
  ['create_app', { app: 'hello' }],
  ['build_image', { app: 'hello' }],
  ['push_image', { image: 'registry.fly.io/hello:1' }],
  ['deploy_image', { app: 'hello', image: 'registry.fly.io/hello:1', dry_run: true }],
  ['set_secrets', { app: 'hello', names: ['A'] }],
  ['cancel_job', { job_id: '0123456789abcdef' }],
] as const

let folder: string
let calls: string
let env: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-policy-'))
  calls = join(folder, 'calls')
  await writeFile(calls, '')
  env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    FLYOPS_STATE_DIR: join(folder, 'state'),
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
    FAKE_FLYCTL: played({}),
    FAKE_FLYCTL_CALLS: calls,
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const started = () => readFile(calls, 'utf8')

describe('on standard input and output', () => {
  async function connect(args: readonly string[], more: Record<string, string> = {}) {
    return connectClient({ root: folder, env: { ...env, ...more }, args })
  }

  test.each([
    ['--read-only', ['--read-only'], {}],
    ['FLYOPS_READ_ONLY', [], { FLYOPS_READ_ONLY: 'true' }],
  ])('%s hides what changes something, and refuses it too', async (_name, args, more) => {
    const client = await connect(args, more)
    const before = await started()
    const { tools } = await client.client.listTools()
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true)
    expect(tools.map(({ name }) => name)).toContain('check_health')
    for (const [name, input] of changing) {
      expect(await client.fail(name, input)).toMatchObject({ code: 'refused', who: 'human' })
    }
    expect(await started()).toBe(before)
    await client.close()
  })

  test('--tools core offers the basic flow, and refuses the rest', async () => {
    const client = await connect(['--tools', 'core'])
    const { tools } = await client.client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(coreTools)
    const error = await client.fail('get_logs', { app: 'hello' })
    expect(error).toMatchObject({ code: 'refused' })
    expect(error.text).toContain('--tools')
    await client.close()
  })

  test.each([
    [[], ['get_job']],
    [['--tools', 'build_image'], []],
  ])('with %j a result leads to no tool that is not offered', async (args, expected) => {
    const project = await createProject('hello')
    const docker = {
      '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
      'buildx version': { exit: 1 },
      build: { waits: true },
    }
    const client = await connectClient({
      root: project.root,
      env: {
        ...env,
        FLYOPS_DOCKER: fixtureProgram('fake-docker'),
        FAKE_DOCKER: played(docker),
        FAKE_DOCKER_CALLS: calls,
      },
      args,
    })
    const { status, next } = await client.call<{ status: string; next: { tool: string }[] }>(
      'build_image',
      { app: 'hello', wait_seconds: 0 },
    )
    expect(status).toBe('running')
    expect(next.map(({ tool }) => tool)).toEqual(expected)
    await client.close()
    await project.remove()
  })

  test('--apps refuses other apps, by name and by image', async () => {
    const client = await connect(['--apps', 'staging-*'])
    const before = await started()
    const image = 'registry.fly.io/production:1'
    for (const [name, input] of [
      ['list_releases', { app: 'production' }],
      ['push_image', { image }],
      ['deploy_image', { app: 'staging-a', image }],
      ['create_app', { generate_name: true }],
    ] as const) {
      expect(await client.fail(name, input)).toMatchObject({ code: 'refused', who: 'human' })
    }
    expect(await started()).toBe(before)
    expect((await client.fail('list_releases', { app: 'staging-a' })).code).not.toBe('refused')
    await client.close()
  })

  test('--apps leaves other apps out of lists, and refuses lists of them', async () => {
    const apps = ['staging-a', 'production'].map((name) => ({
      Name: name,
      Status: 'pending',
      Deployed: false,
      Organization: { Slug: 'acme' },
    }))
    const client = await connect(['--apps', 'staging-*'], {
      FAKE_FLYCTL: played({ 'apps list': { stdout: JSON.stringify(apps) } }),
    })
    expect(await client.call('list_apps', {})).toMatchObject({
      apps: [{ app: 'staging-a' }],
      total: 1,
    })
    expect(await client.call('list_images', {})).toMatchObject({ images: [], total: 0 })
    expect(await client.fail('list_images', { app: 'production' })).toMatchObject({
      code: 'refused',
    })
    await client.close()
  })
})

describe('over HTTP', () => {
  const token = 'ci-0123456789abcdefghij'
  let server: HttpServer

  beforeAll(async () => {
    const entry = {
      name: 'ci',
      sha256: createHash('sha256').update(token).digest('hex'),
      tools: ['list_releases', 'create_app', 'get_logs'],
      apps: ['staging-*'],
    }
    const tokens = join(folder, 'tokens.json')
    await writeFile(tokens, JSON.stringify({ tokens: [entry] }))
    server = await startHttpServer({
      args: ['--tokens', tokens, '--read-only', '--apps', '*-a', '--tools', 'core'],
    })
  })
  afterAll(() => server.stop())

  test('only what both the token and the flags allow is listed', async () => {
    const answer = await send(server.url, { headers: bearer(token), body: rpc('tools/list') })
    expect(replyOf(answer).result?.tools?.map(({ name }) => name)).toEqual(['list_releases'])
  })

  test.each([
    ['list_releases', { app: 'production-a' }, 'forbidden'],
    ['list_releases', { app: 'staging-b' }, 'refused'],
    ['get_logs', { app: 'staging-a' }, 'refused'],
    ['create_app', { app: 'staging-a' }, 'refused'],
    ['check_health', { app: 'staging-a' }, 'forbidden'],
  ])('%s %j is %s, and nothing is started', async (tool, args, code) => {
    const before = await server.programCalls()
    const answer = await send(server.url, { headers: bearer(token), body: toolCall(tool, args) })
    expect(errorCodeOf(answer)).toBe(code)
    expect(await server.programCalls()).toEqual(before)
  })
})

describe('by rules', () => {
  const people = ['anna', 'ci'].map((name) => ({ name, token: `${name}-0123456789abcdefghij` }))
  const [anna = '', ci = ''] = people.map(({ token }) => token)
  let rules: string
  let server: HttpServer

  beforeAll(async () => {
    rules = join(folder, 'rules.toml')
    await writeFile(
      rules,
      `[groups]
leads = ["token:anna"]
[[rule]]
name = "production"
who = ["group:leads"]
apps = ["shop"]
approval = "group:leads"
[[rule]]
name = "staging"
who = ["token:ci"]
tools = ["read"]
apps = ["staging-*"]
`,
    )
    const tokens = join(folder, 'people.json')
    const entries = people.map(({ name, token }) => ({
      name,
      sha256: createHash('sha256').update(token).digest('hex'),
      tools: ['*'],
      apps: ['*'],
    }))
    await writeFile(tokens, JSON.stringify({ tokens: entries }))
    server = await startHttpServer({ args: ['--tokens', tokens, '--policy', rules] })
  })
  afterAll(() => server.stop())

  const codeOf = async (token: string, tool: string, args: object) =>
    errorCodeOf(await send(server.url, { headers: bearer(token), body: toolCall(tool, args) }))
  const toolsOf = async (token: string) =>
    replyOf(
      await send(server.url, { headers: bearer(token), body: rpc('tools/list') }),
    ).result?.tools?.map(({ name }) => name)

  test('each caller sees its own tools, and gets no further than its rule', async () => {
    expect(await toolsOf(anna)).toContain('approve_plan')
    expect(await toolsOf(ci)).not.toContain('deploy_image')
    const before = await server.programCalls()
    expect(await codeOf(ci, 'list_releases', { app: 'shop' })).toBe('refused')
    expect(await codeOf(ci, 'create_app', { app: 'staging-a' })).toBe('refused')
    expect(await codeOf(anna, 'create_app', { app: 'blog' })).toBe('refused')
    expect(await server.programCalls()).toEqual(before)
    expect(await codeOf(ci, 'list_releases', { app: 'staging-a' })).not.toBe('refused')
  })

  test('a file that has become unusable allows nothing until it is mended', async () => {
    const text = await readFile(rules, 'utf8')
    await writeFile(rules, '[[rule')
    expect(await codeOf(ci, 'list_releases', { app: 'staging-a' })).toBe('refused')
    await writeFile(rules, text)
    expect(await codeOf(ci, 'list_releases', { app: 'staging-a' })).not.toBe('refused')
  })
})

describe('on the command line', () => {
  const flyops = (args: readonly string[], more: Record<string, string> = {}) =>
    execa(process.execPath, [mainScript, ...args], {
      cwd: folder,
      env: { ...env, ...more },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    })

  test.each<[readonly string[], Record<string, string>]>([
    [['--read-only', 'create-app', '--app', 'hello'], {}],
    [['--apps', 'staging-*', 'list-releases', '--app', 'hello'], {}],
    [['--apps', 'a-*', 'promote-image', '--from-app', 'a-1', '--apps', 'a-2', 'hello'], {}],
    [['--tools', 'doctor', 'list-releases', '--app', 'hello'], {}],
    [['create-app', '--app', 'hello'], { FLYOPS_READ_ONLY: '1' }],
    [['list-releases', '--app', 'hello'], { FLYOPS_APPS: 'staging-*' }],
    [['list-releases', '--app', 'hello'], { FLYOPS_TOOLS: 'doctor' }],
  ])('%j with %j is refused with exit status 2', async (args, more) => {
    const before = await started()
    const { exitCode, stdout } = await flyops([...args, '--json'], more)
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'refused'])
    expect(await started()).toBe(before)
  })

  test.each([
    [['serve', '--tools', 'deploy']],
    [['serve', '--apps', '']],
    [['--tools', 'deploy', 'serve']],
    [['--tools', 'deploy', 'list-apps']],
  ])('%j is refused at once', async (args) => {
    const { exitCode, stderr } = await flyops(args)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`Error: --`)])
  })
})
