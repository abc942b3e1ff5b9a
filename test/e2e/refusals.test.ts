import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { offeredTools } from '../support/offered-tools.js'
import { running } from '../support/processes.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv } from './flyctls.js'

describe('a server on a machine that has nothing', () => {
  let empty: string
  let client: TestClient

  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'flyops-empty-'))
    await mkdir(join(empty, 'tmp'))
    client = await connectClient({
      root: empty,
      env: {
        PATH: empty,
        TMPDIR: join(empty, 'tmp'),
        FLYOPS_STATE_DIR: join(empty, 'state'),
        FLYOPS_DOCKER: join(empty, 'docker'),
        FLYOPS_FLYCTL: join(empty, 'flyctl'),
      },
    })
  })
  afterAll(async () => {
    await client.close()
    await vi.waitFor(async () => expect(await running([client.pid])).toEqual([]), {
      timeout: 5_000,
    })
    expect(await readdir(join(empty, 'tmp'))).toEqual([])
    await rm(empty, { recursive: true, force: true })
  })

  test('lists its tools and says how to use them', async () => {
    const { tools } = await client.client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(offeredTools)
    const instructions = client.client.getInstructions() ?? ''
    expect(instructions).toContain('create_app')
    expect(instructions.length).toBeLessThan(1_500)
  })

  test.each([
    ['create_app', { app: 'hello' }, 'flyctl_missing'],
    ['list_releases', { app: 'hello' }, 'flyctl_missing'],
    ['check_health', { app: 'hello' }, 'flyctl_missing'],
    ['push_image', { image: 'registry.fly.io/hello:1' }, 'docker_missing'],
    ['deploy_image', { app: 'hello', image: 'registry.fly.io/hello:1' }, 'flyctl_missing'],
    ['build_image', { app: 'hello' }, 'dockerfile_missing'],
  ])('%s says what is missing and how to get it', async (name, args, code) => {
    const error = await client.fail(name, args)
    expect(error.code).toBe(code)
    expect(error.text).toContain('Next: ')
  })
})

test('a sandbox that cannot start says so in the answer to a call', async () => {
  const root = await mkdtemp(join(tmpdir(), 'flyops-empty-'))
  const env = { PATH: root, FLYOPS_DOCKER: join(root, 'docker'), XDG_STATE_HOME: root }
  const client = await connectClient({ root, env, args: ['--sandbox'] })
  const error = await client.fail('create_app', { app: 'hello' })
  expect(error.code).toBe('docker_missing')
  expect(error.text).toContain('Next: ')
  await client.close()
  await rm(root, { recursive: true, force: true })
})

describe('bad input is refused before anything is started', () => {
  let project: Project
  let client: TestClient

  beforeAll(async () => {
    project = await createProject('hello')
    client = await connectClient({ root: project.root, env: sandboxEnv() })
  })
  afterAll(async () => {
    await client?.close()
    await project?.remove()
  })

  const hostile = [
    '; rm -rf /',
    '$(id)',
    '`id`',
    'a|b',
    '--help',
    '-H tcp://evil',
    '--config=/etc/passwd',
    'a\n--access-token=x',
    '\u0000',
    '\u202e',
    '',
    ' ',
    'ü',
    'x'.repeat(10_000),
    1,
    null,
    [],
    {},
  ]
  const fields = [
    ['create_app', 'app', {}],
    ['create_app', 'org', { app: 'hello' }],
    ['build_image', 'app', {}],
    ['build_image', 'context', { app: 'hello' }],
    ['build_image', 'dockerfile', { app: 'hello' }],
    ['build_image', 'tag', { app: 'hello' }],
    ['build_image', 'target', { app: 'hello' }],
    ['build_image', 'platform', { app: 'hello' }],
    ['push_image', 'image', {}],
    ['deploy_image', 'app', { image: '' }],
    ['deploy_image', 'image', { app: 'hello' }],
    ['deploy_image', 'base_config', { app: 'hello', image: '' }],
    ['deploy_image', 'region', { app: 'hello', image: '' }],
    ['deploy_image', 'memory', { app: 'hello', image: '' }],
    ['deploy_image', 'health_path', { app: 'hello', image: '' }],
    ['deploy_image', 'wait_timeout', { app: 'hello', image: '' }],
    ['list_releases', 'app', {}],
    ['check_health', 'path', { app: 'hello' }],
    ['check_health', 'expect_image', { app: 'hello' }],
  ] as const

  test.each(fields)('%s.%s', async (name, field, rest) => {
    const given =
      'image' in rest ? { ...rest, image: `${sandboxEnv().FLY_REGISTRY_HOST}/a:1` } : rest
    for (const value of hostile) {
      const error = await client.fail(name, { ...given, [field]: value })
      const expected =
        field === 'dockerfile' ? ['invalid_input', 'dockerfile_missing'] : ['invalid_input']
      expect(expected, `${JSON.stringify(value)}: ${error.text}`).toContain(error.code)
      if (error.code === 'invalid_input') expect(error.text).toContain(field)
    }
    expect(client.log()).not.toContain('child ended')
  })

  test('a field that does not exist is named', async () => {
    const error = await client.fail('check_health', { app: 'hello', colour: 'blue' })
    expect(error).toMatchObject({ code: 'invalid_input' })
    expect(error.text).toContain('colour')
    expect(error.text).toContain('expect_text')
  })

  test('a tool that does not exist is a protocol error', async () => {
    await expect(client.client.callTool({ name: 'no_such_tool' })).rejects.toThrow('Unknown tool')
  })

  test('images of other registries are refused', async () => {
    for (const image of ['busybox', 'docker.io/library/busybox:1', 'evil.example/hello:1']) {
      expect(await client.fail('push_image', { image })).toMatchObject({ code: 'invalid_input' })
    }
  })
})
