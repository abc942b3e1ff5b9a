import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Scene } from '../../../src/flow/doctor/check.js'
import { examine } from '../../../src/flow/doctor/examine.js'
import { createSendProbe } from '../../../src/health/probe.js'
import { createJournal } from '../../../src/journal/create-journal.js'
import type { Log } from '../../../src/log.js'
import { createRegistry } from '../../../src/registry/registry.js'
import { fakeDocker, fakeFlyctl } from '../../support/fake-programs.js'
import type { Script } from '../../support/played.js'
import { createTempRepo, openGit, type TempRepo } from '../../support/temp-repo.js'

const engine = { Version: '28.2.2', Os: 'linux', Arch: 'amd64' }
const wellDocker: Script = {
  '--version': { stdout: 'Docker version 28.2.2, build e6534b4\n' },
  version: { stdout: JSON.stringify({ Client: {}, Server: engine }) },
  'buildx version': { stdout: 'github.com/docker/buildx v0.24.0 abc\n' },
}
const wellFlyctl: Script = {
  version: { stdout: '{"Name":"flyctl","Version":"2026.8.21","Environment":"production"}' },
  'auth whoami': { stdout: '{"email":"joe@example.com"}' },
  'orgs list': { stdout: '{"personal":"Joe","acme":"Acme"}' },
}
const refused = { stderr: 'Error: failed retrieving current user: unauthorized\n', exit: 1 }

let repo: TempRepo
let folder: string
let registry: Server
let registryStatus: number

beforeEach(async () => {
  repo = await createTempRepo()
  folder = await mkdtemp(join(tmpdir(), 'flyops-doctor-'))
  registryStatus = 401
  registry = createServer((request, response) => {
    response.writeHead(request.url === '/v2/' ? registryStatus : 404).end()
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  registry.close()
  await repo.remove()
  await rm(folder, { recursive: true, force: true })
})

interface Machine {
  readonly docker?: Script | undefined
  readonly flyctl?: Script | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly org?: string
  readonly context?: string | undefined
  readonly registryHost?: string
  readonly journal?: string
  readonly limitMs?: number
  readonly buildsAtFly?: true
  readonly buildkit?: string
}

/** The findings by name, of a machine where all is well but for `changes`. */
async function findings(changes: Machine = {}) {
  const machine = { docker: wellDocker, flyctl: wellFlyctl, context: repo.root, ...changes }
  const scene: Scene = {
    docker: fakeDocker({ folder, script: machine.docker, buildkit: changes.buildkit }),
    flyctl: fakeFlyctl({ folder, script: machine.flyctl, env: changes.env ?? {} }),
    registry: changes.buildsAtFly && createRegistry(),
    git: openGit(),
    sendProbe: createSendProbe((text) => text),
    registryHost: changes.registryHost ?? `127.0.0.1:${(registry.address() as AddressInfo).port}`,
    org: changes.org,
    env: changes.env ?? {},
    project:
      machine.context === undefined
        ? undefined
        : { root: machine.context, context: machine.context },
    journal: createJournal({
      file: changes.journal ?? join(folder, 'journal.jsonl'),
      redact: (text) => text,
      log: { warn() {} } as unknown as Log,
    }),
    signal: new AbortController().signal,
  }
  const found = await examine(scene, changes.limitMs ?? 20_000)
  return Object.fromEntries(found.map(({ name, ...finding }) => [name, finding]))
}

test('all is well', async () => {
  const commit = await repo.git('rev-parse', '--short', 'HEAD')
  const { disk, registry: answer, ...found } = await findings()
  expect(found).toEqual({
    docker: { status: 'ok', detail: 'docker 28.2.2' },
    engine: { status: 'ok', detail: 'Engine 28.2.2, linux/amd64' },
    builder: { status: 'ok', detail: 'buildx' },
    flyctl: { status: 'ok', detail: 'flyctl 2026.8.21' },
    login: { status: 'ok', detail: 'joe@example.com, by fly auth login' },
    organizations: {
      status: 'ok',
      detail: 'personal, acme; create_app needs `org`, or FLYOPS_ORG',
    },
    git: { status: 'ok', detail: `clean, at ${commit}` },
    dockerfile: { status: 'ok', detail: 'Dockerfile' },
    journal: { status: 'ok', detail: '0 builds, pushes, creations and deploys recorded' },
  })
  expect(answer?.status).toBe('ok')
  expect(disk?.detail).toContain('GB free')
})

describe('the journal', () => {
  test('with damaged lines says how many were skipped', async () => {
    const journal = join(folder, 'damaged.jsonl')
    await writeFile(journal, 'x\n{"event":"started"}\n')
    expect((await findings({ journal })).journal).toMatchObject({
      status: 'warning',
      detail: '2 lines of the journal are damaged, and were skipped.',
      fix: expect.stringContaining(journal),
    })
  })

  test('that cannot be written is a warning', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(
      (await findings({ journal: join(folder, 'file', 'journal.jsonl') })).journal,
    ).toMatchObject({
      status: 'warning',
      detail: 'The journal cannot be written: nothing is remembered.',
    })
  })
})

describe('docker', () => {
  test('that is missing names the ways to build elsewhere, and stops no other check', async () => {
    const found = await findings({ docker: undefined })
    expect(found.docker).toMatchObject({ status: 'failed', detail: 'docker was not found.' })
    for (const way of [
      'FLYOPS_BUILDER=fly',
      'DOCKER_HOST=ssh://',
      'FLYOPS_BUILDKIT=tcp://',
      'CI',
    ]) {
      expect(found.docker?.fix).toContain(way)
    }
    expect(found.engine?.status).toBe('warning')
    expect(found.builder?.status).toBe('warning')
    expect(found.login?.status).toBe('ok')
  })

  test('that is missing is missed by nobody where Fly’s remote builder builds', async () => {
    const buildkitd = { BUILDKIT_ADDR: 'tcp://127.0.0.1:1234' }
    const found = await findings({ docker: undefined, buildsAtFly: true, env: buildkitd })
    expect(found.builder).toEqual({
      status: 'ok',
      detail: 'Fly.io’s remote builder, through flyctl: it builds and pushes',
    })
    expect([found.docker?.status, found.engine?.status]).toEqual(['warning', 'warning'])
    const version = { stdout: '{"Name":"flyctl","Version":"1.0.0","Environment":"flyops-sandbox"}' }
    const flyctl = { ...wellFlyctl, version }
    expect((await findings({ flyctl, buildsAtFly: true })).builder).toMatchObject({
      status: 'failed',
      fix: expect.stringContaining('FLYOPS_FLYCTL'),
    })
  })

  test('at a sandbox without a builder is told, with what to set', async () => {
    expect((await findings({ buildsAtFly: true })).builder).toMatchObject({
      status: 'failed',
      fix: expect.stringContaining('BUILDKIT_ADDR'),
    })
  })

  test('that a buildkitd needs is not answered with what is set', async () => {
    const found = await findings({ docker: undefined, buildkit: 'tcp://127.0.0.1:1234' })
    expect(found.docker?.fix).toMatch(/^FLYOPS_BUILDKIT needs docker’s command line with buildx/)
    expect(found.docker?.fix?.match(/FLYOPS_BUILDER=fly/g)).toHaveLength(1)
    expect(
      (await findings({ docker: undefined })).docker?.fix?.match(/FLYOPS_BUILDER=/g),
    ).toHaveLength(1)
  })

  test('whose engine is down still tells its version and its builder', async () => {
    const stderr = 'Cannot connect to the Docker daemon at unix:///x.sock. Is it running?\n'
    const found = await findings({ docker: { ...wellDocker, version: { stderr, exit: 1 } } })
    expect(found.engine).toMatchObject({
      status: 'failed',
      detail: 'The Docker engine does not answer: unix:///x.sock.',
      fix: expect.stringContaining('DOCKER_HOST=ssh://'),
    })
    expect([found.docker?.status, found.builder?.status]).toEqual(['ok', 'ok'])
  })

  test('whose engine never answers is not waited for', async () => {
    const startedAt = performance.now()
    const found = await findings({
      docker: { ...wellDocker, version: { waits: true } },
      limitMs: 500,
    })
    expect(performance.now() - startedAt).toBeLessThan(20_000)
    expect(found.engine).toMatchObject({ status: 'failed', detail: 'No answer within 0.5 s.' })
    expect(found.engine?.fix).toContain('docker info')
  })

  test('that builds without BuildKit is a warning', async () => {
    const script = { ...wellDocker, 'buildx version': { stderr: 'unknown command', exit: 1 } }
    expect((await findings({ docker: script })).builder).toMatchObject({ status: 'warning' })
  })

  test.each([
    [{ ...engine, Arch: 'arm64' }, 'warning', 'emulation'],
    [{ ...engine, Os: 'windows' }, 'failed', 'Linux containers'],
  ])('on an engine for other machines: %j', async (Server, status, word) => {
    const version = { stdout: JSON.stringify({ Server }) }
    const found = await findings({ docker: { ...wellDocker, version } })
    expect(found.engine).toMatchObject({ status, fix: expect.stringContaining(word) })
  })
})

describe('flyctl', () => {
  test('whose login is not answered in time proves nothing of it', async () => {
    const found = await findings({
      flyctl: { ...wellFlyctl, 'auth whoami': { waits: true } },
      limitMs: 500,
    })
    expect(found.login).toMatchObject({ status: 'unknown', detail: 'No answer within 0.5 s.' })
  })

  test('that is missing is one failure, not three', async () => {
    const found = await findings({ flyctl: undefined })
    expect(found.flyctl).toMatchObject({
      status: 'failed',
      fix: expect.stringContaining('https://fly.io/docs/flyctl/install/'),
    })
    expect([found.login?.status, found.organizations?.status]).toEqual(['warning', 'warning'])
  })

  test('that is logged out needs a person', async () => {
    const logged = { ...wellFlyctl, 'auth whoami': refused, 'orgs list': refused }
    const found = await findings({ flyctl: logged })
    expect(found.login).toEqual({
      status: 'failed',
      detail: 'Fly.io does not accept fly auth login.',
      fix: expect.stringMatching(/fly auth login.*flyops sees none.*flyops install/),
    })
    expect(found.organizations?.status).toBe('warning')
  })

  test('with a token tells its kind and never the token', async () => {
    const env = { FLY_API_TOKEN: 'FlyV1 fm2_c2VjcmV0' }
    const limited = await findings({ env })
    expect(limited.login?.detail).toBe(
      'joe@example.com, by FLY_API_TOKEN (a token limited to an app or an organization)',
    )
    const expired = await findings({ env, flyctl: { ...wellFlyctl, 'auth whoami': refused } })
    expect(expired.login?.fix).toContain('unset it')
    expect(JSON.stringify([limited, expired])).not.toContain('c2VjcmV0')
  })

  test('that says something unheard of fails that check alone, in our words', async () => {
    const odd = { stderr: 'panic: something new\n', exit: 2 }
    const found = await findings({ flyctl: { ...wellFlyctl, version: odd } })
    expect(found.flyctl).toMatchObject({ status: 'failed', fix: expect.any(String) })
    expect(found.flyctl?.detail).toBe('flyctl failed while asking flyctl for its version.')
    expect(found.login?.status).toBe('ok')
  })
})

describe('the organization of the settings', () => {
  test.each([
    ['acme', 'ok', 'acme, of personal, acme'],
    [
      'other',
      'failed',
      'FLYOPS_ORG is other, which the login does not see; it sees personal, acme.',
    ],
  ])('%s is %s', async (org, status, detail) => {
    expect((await findings({ org })).organizations).toMatchObject({ status, detail })
  })

  test('is not needed where there is one', async () => {
    const flyctl = { ...wellFlyctl, 'orgs list': { stdout: '{"acme":"Acme"}' } }
    expect((await findings({ flyctl })).organizations).toEqual({ status: 'ok', detail: 'acme' })
    const none = { ...wellFlyctl, 'orgs list': { stdout: '{}' } }
    expect((await findings({ flyctl: none })).organizations?.status).toBe('failed')
  })
})

describe('the registry', () => {
  test.each([
    [200, 'ok'],
    [401, 'ok'],
    [500, 'failed'],
    [404, 'failed'],
  ])('that answers %d is %s', async (status, expected) => {
    registryStatus = status
    expect((await findings()).registry).toMatchObject({ status: expected })
  })

  test('that nobody listens for says why', async () => {
    const { registry: found } = await findings({ registryHost: '127.0.0.1:1' })
    expect(found).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('127.0.0.1:1'),
      fix: expect.stringContaining('FLY_REGISTRY_HOST'),
    })
  })
})

describe('the project', () => {
  test('may have changes, which the tag will tell', async () => {
    await repo.write('a.txt', 'changed')
    const { git } = await findings()
    expect(git?.status).toBe('warning')
    expect(git?.detail).toMatch(
      /^1 uncommitted in the context, the first a\.txt: .*-dirty-[0-9a-f]{8}\.$/,
    )
  })

  test('need be neither a repository nor have a Dockerfile', async () => {
    const context = join(folder, 'plain')
    await mkdir(context)
    const found = await findings({ context })
    expect(found.git).toMatchObject({ status: 'warning', fix: expect.stringContaining('git init') })
    expect(found.dockerfile).toMatchObject({ status: 'warning', fix: expect.any(String) })
    await writeFile(join(context, 'Dockerfile'), '')
    expect((await findings({ context })).dockerfile?.status).toBe('ok')
  })

  test('need not be there at all', async () => {
    const found = await findings({ context: undefined })
    expect(found.git).toMatchObject({ status: 'warning', fix: expect.stringContaining('--root') })
    expect(found.dockerfile?.status).toBe('warning')
  })
})
