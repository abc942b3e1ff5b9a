import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { silentPrograms } from '../support/fake-programs.js'
import { bearer, errorCodeOf, send, startHttpServer, toolCall } from '../support/http-server.js'
import { createProject, type Project } from '../support/project.js'

/** In a file beside the project, and in the environment of flyops. */
const canary = 'canary-0123456789abcdef'
const app = 'hello'
const image = 'registry.fly.io/hello:1a2b3c4'

let outside: string
let project: Project
let client: TestClient
let calls: string
const at = (path: string) => join(project.root, path)

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'flyops-outside-'))
  await writeFile(join(outside, 'secret'), `KEY=${canary}\n`)
  await writeFile(join(outside, 'Dockerfile'), `FROM scratch\n# ${canary}\n`)
  project = await createProject('hello')
  calls = join(outside, 'calls')
  client = await connectClient({
    root: project.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: outside,
      FLYOPS_STATE_DIR: join(outside, 'state'),
      ...silentPrograms(calls),
      KEY: canary,
    },
  })
})
afterAll(async () => {
  await client?.close()
  await project?.remove()
  await rm(outside, { recursive: true, force: true })
})
beforeEach(() => writeFile(calls, ''))
afterEach(async () => {
  // git does not see named pipes.
  for (const { file } of readers) await rm(at(file), { recursive: true, force: true })
  await project.git('reset', '--quiet', '--hard')
  await project.git('clean', '--quiet', '-dffx')
})

/** What may lie in the place of a file, and why it is not read. */
const hostile: readonly (readonly [string, (path: string) => unknown, string])[] = [
  ['a link to a file outside', (path) => symlink(join(outside, 'secret'), path), 'leads out'],
  ['a link into the process', (path) => symlink('/proc/self/environ', path), 'leads out'],
  ['a link to an endless device', (path) => symlink('/dev/zero', path), 'leads out'],
  ['a named pipe', (path) => execFileSync('mkfifo', [path]), 'not a (?:regular )?file'],
  ['a folder', (path) => mkdir(path), 'not a (?:regular )?file'],
  [
    'a file of 100 MB',
    (path) => writeFile(path, '').then(() => truncate(path, 1e8)),
    'larger than',
  ],
]

const ship = { tool: 'ship', args: { app, plan_only: true } }
const build = { tool: 'build_image', args: { app } }
const deploy = { tool: 'deploy_image', args: { app, image, dry_run: true } }
const steering = ['Dockerfile', 'Dockerfile.dockerignore', '.dockerignore']

/** Every file of a project that flyops reads, and every tool that reads it. */
const readers: readonly { file: string; tool: string; args: object; code: RegExp }[] = [
  ...steering.flatMap((file) => [
    { file, ...build, code: /^invalid_input$/ },
    { file, ...ship, code: /^invalid_input$/ },
  ]),
  ...['fly.toml', 'fly-hello.toml'].flatMap((file) => [
    { file, ...deploy, code: /^config_invalid$/ },
    { file, ...ship, code: /^config_invalid$/ },
  ]),
  {
    file: 'base.toml',
    tool: 'deploy_image',
    args: { ...deploy.args, base_config: 'base.toml' },
    code: /^(?:invalid_input|config_invalid)$/,
  },
  {
    file: '.env',
    tool: 'set_secrets',
    args: { app, names: ['KEY'], from: 'file', file: '.env' },
    code: /^invalid_input$/,
  },
  {
    file: '.npmrc',
    tool: 'build_image',
    args: { app, secrets: { npm: { file: '.npmrc' } } },
    code: /^invalid_input$/,
  },
]

describe.each(hostile)('%s is not read', (_what, put, reason) => {
  test.each(readers)('as $file by $tool', async ({ file, tool, args, code }) => {
    await rm(at(file), { force: true })
    await put(at(file))
    const error = await client.fail(tool, args)
    expect(error.code).toMatch(code)
    expect(error.text).toContain(file)
    expect(error.text).toMatch(new RegExp(reason))
    await expectNothing(error.text)
  })

  test.each(steering)('as %s by doctor', async (file) => {
    await rm(at(file), { force: true })
    await put(at(file))
    // On a busy machine one look may be given up: then doctor says that alone.
    const { checks, found } = await vi.waitFor(
      async () => {
        const { checks } = await client.call<Examined>('doctor', {})
        const found = checks.find(({ name }) => name === 'dockerfile')
        expect(found?.detail).not.toMatch(/^No answer within/)
        return { checks, found }
      },
      { timeout: 45_000 },
    )
    expect(found?.detail).toContain(`${file} is not read, because`)
    expect(found?.detail).toMatch(new RegExp(reason))
    await expectNothing(JSON.stringify(checks))
  })
})

interface Examined {
  readonly checks: readonly { readonly name: string; readonly detail: string }[]
}

const startsWork = /^(?:build|buildx build|deploy|secrets import|push)\b/

/** The canary is nowhere, no program was started that would take the file, and little memory was needed. */
async function expectNothing(told: string): Promise<void> {
  const started = await readFile(calls, 'utf8')
  for (const text of [told, client.log(), started]) expect(text).not.toContain(canary)
  expect(started.split('\n').filter((line) => startsWork.test(line))).toEqual([])
  const status = await readFile(`/proc/${client.pid}/status`, 'utf8')
  const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
  expect(peakKb).toBeLessThan(400_000)
}

describe('a folder that is a link and leads out', () => {
  test.each([
    ['build_image', { app, context: 'out' }],
    ['build_image', { app, dockerfile: 'out/Dockerfile' }],
    ['ship', { app, plan_only: true, context: 'out' }],
    ['deploy_image', { ...deploy.args, context: 'out' }],
    ['deploy_image', { ...deploy.args, base_config: 'out/fly.toml' }],
    ['doctor', { context: 'out' }],
    ['set_secrets', { app, names: ['KEY'], from: 'file', file: 'out/secret' }],
    ['build_image', { app, secrets: { key: { file: 'out/secret' } } }],
  ])('is no place for %s: %j', async (tool, args) => {
    await writeFile(join(outside, 'fly.toml'), 'app = "x"\n')
    await symlink(outside, at('out'))
    const error = await client.fail(tool, args)
    expect(error).toMatchObject({ code: 'invalid_input' })
    expect(error.text).toContain('leads out of the project folder')
    await expectNothing(error.text)
  })
})

describe('what flyctl would read for a deploy stays in the project too', () => {
  test.each([
    ['[[files]]\nguest_path = "/x"\nlocal_path = "/proc/self/environ"\n'],
    ['[[FILES]]\nguest_path = "/x"\nLocal_Path = "/proc/self/environ"\n'],
    ['[[statics]]\nguest_path = "out"\nurl_prefix = "/"\n'],
    [`machine_config = '{"files":[{"guest_path":"/x","local_path":"/etc/passwd"}]}'\n`],
  ])('%j', async (text) => {
    await symlink(outside, at('out'))
    await project.write('fly.toml', text)
    for (const { tool, args } of [deploy, ship]) {
      const error = await client.fail(tool, args)
      expect(error).toMatchObject({ code: 'config_invalid' })
      await expectNothing(error.text)
    }
  })
})

describe('a caller over HTTP', () => {
  test.each([
    ['Dockerfile.dockerignore', 'build_image', build.args, 'invalid_input'],
    ['fly.toml', 'deploy_image', deploy.args, 'config_invalid'],
    ['.env', 'set_secrets', { app, names: ['KEY'], from: 'file', file: '.env' }, 'invalid_input'],
  ])('gets nothing by %s of %s', async (file, tool, args, code) => {
    await rm(at(file), { force: true })
    await symlink('/proc/self/environ', at(file))
    const env = { FLYOPS_HTTP_TOKEN: 'token-0123456789abcdef', KEY: canary }
    const server = await startHttpServer({ root: project.root, env })
    try {
      const headers = bearer(env.FLYOPS_HTTP_TOKEN)
      const answer = await send(server.url, { headers, body: toolCall(tool, args) })
      expect(errorCodeOf(answer)).toBe(code)
      expect(answer.text).not.toContain(canary)
    } finally {
      await server.stop()
    }
  })
})
