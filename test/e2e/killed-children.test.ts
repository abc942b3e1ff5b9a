import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findProgram } from '../../src/process/programs.js'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { descendants } from '../support/processes.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const halting = fixtureProgram('halting')

let app: string
let project: Project
let temporary: string
let halted: string
let client: TestClient | undefined

beforeEach(async () => {
  app = uniqueName('killed')
  project = await createProject('hello')
  temporary = await mkdtemp(join(scratch(), 'tmp-'))
  halted = await mkdtemp(join(scratch(), 'halted-'))
})
afterEach(async () => {
  await client?.close()
  client = undefined
  await project.remove()
})

async function connect(more: Record<string, string>): Promise<TestClient> {
  const own = { TMPDIR: temporary, HALTED: halted, ...more }
  client = await connectClient({ root: project.root, env: { ...sandboxEnv(), ...own } })
  return client
}

/** A server whose flyctl waits to be killed when it comes to that command line. */
function withFlyctl(haltAt: string, more: Record<string, string> = {}) {
  const { FLYOPS_FLYCTL: wrapped = '' } = sandboxEnv()
  return connect({ FLYOPS_FLYCTL: halting, WRAPPED: wrapped, HALT_AT: haltAt, ...more })
}

async function withDocker(haltAt: string, more: Record<string, string> = {}) {
  const { PATH } = process.env
  const { program = '' } = await findProgram({ names: ['docker'], path: PATH, folders: [] })
  return connect({ FLYOPS_DOCKER: halting, WRAPPED: program, HALT_AT: haltAt, ...more })
}

/** Kills the child that halts, it alone. */
async function killHalted(time = 1): Promise<void> {
  const pid = () => readFile(join(halted, String(time), 'pid'), 'utf8').catch(() => '')
  await expect.poll(pid, { timeout: 60_000 }).not.toBe('')
  process.kill(Number(await pid()), 'SIGKILL')
}

/** The server lives; nothing of what it did is left. */
async function expectNothingLeft({ pid }: TestClient): Promise<void> {
  expect(await descendants(pid)).toEqual([])
  expect(await readdir(temporary)).toEqual([])
  expect(await testContainers(pid)).toEqual([])
}

async function testContainers(pid: number): Promise<readonly string[]> {
  const label = 'flyops.test.owner'
  const args = ['ps', '--all', `--filter=label=${label}`, `--format={{.Label "${label}"}}`]
  const { stdout } = await execa('docker', args, { env: sandboxEnv() })
  return stdout.split('\n').filter((owner) => owner.startsWith(`${pid}-`))
}

describe('a flyctl that is killed alone leaves nothing behind', () => {
  test('at the login to the registry', async () => {
    const server = await withFlyctl('auth docker')
    await server.call('create_app', { app })
    const { image } = await server.call<{ image: string }>('build_image', { app })
    const push = server.fail('push_image', { image })
    await killHalted()
    expect(await push).toMatchObject({ code: 'unknown_failure' })
    await expectNothingLeft(server)
  })

  test('beside a login that comes later than the end of the work', async () => {
    const server = await withFlyctl('config validate', { SLOW_AT: 'auth docker' })
    await server.call('create_app', { app })
    const ship = server.fail('ship', { app })
    await killHalted()
    expect(await ship).toMatchObject({ stage: 'config' })
    await expect.poll(() => descendants(server.pid), { timeout: 20_000 }).toEqual([])
    await expectNothingLeft(server)
  })

  test('at handing over secrets', async () => {
    const server = await withFlyctl('secrets import', { GREETING: 'hello' })
    await server.call('create_app', { app })
    const setting = server.fail('set_secrets', { app, names: ['GREETING'], from: 'env' })
    await killHalted()
    expect(await setting).toMatchObject({ code: 'unknown_failure' })
    await expectNothingLeft(server)
  })

  test('at a deploy, after which the app is free', async () => {
    const server = await withFlyctl('deploy')
    const ship = server.fail('ship', { app })
    await killHalted()
    expect(await ship).toMatchObject({ stage: 'deploy' })
    await expectNothingLeft(server)
    expect(await server.call('ship', { app })).toMatchObject({ verdict: 'healthy' })
  })
})

describe('a docker that is killed alone leaves no container', () => {
  async function build(server: TestClient): Promise<string> {
    return (await server.call<{ image: string }>('build_image', { app })).image
  }

  test('when it has started one', async () => {
    const server = await withDocker('run', { HALT_AFTER: '1' })
    const image = await build(server)
    const testing = server.fail('test_image', { image })
    await killHalted()
    expect(await testing).toMatchObject({ code: 'unknown_failure' })
    await expectNothingLeft(server)
  })

  test('when it was to remove one', async () => {
    const server = await withDocker('rm')
    const image = await build(server)
    const testing = server.call('test_image', { image })
    await killHalted()
    expect(await testing).toMatchObject({ ok: true })
    await expectNothingLeft(server)
  })

  test('beyond the next test, where it could not be removed at all', async () => {
    const server = await withDocker('rm', { HALT_TIMES: '2' })
    const image = await build(server)
    const testing = server.call('test_image', { image })
    await killHalted(1)
    await killHalted(2)
    expect(await testing).toMatchObject({ ok: true })
    expect(await testContainers(server.pid)).toHaveLength(1)
    expect(await server.call('test_image', { image })).toMatchObject({ ok: true })
    await expectNothingLeft(server)
  })
})
