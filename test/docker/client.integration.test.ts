import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDocker } from '../../src/docker/create-docker.js'
import type { Log } from '../../src/log.js'
import { createRunner } from '../../src/process/runner.js'
import { fixtureProgram } from '../support/paths.js'
import { type Play, played } from '../support/played.js'

const image = 'registry.fly.io/hello:1a2b3c4'
let folder: string
let logged: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-docker-'))
  logged = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function createClient(script: Readonly<Record<string, Play>>) {
  const record = (line: unknown) => void logged.push(JSON.stringify(line))
  const log = { debug: record, info: record, warn: record, error: record } as unknown as Log
  const { run } = createRunner({ log, redact: (text) => text })
  const program = fixtureProgram('fake-docker')
  return createDocker({
    run,
    find: async () => ({ program, looked: [] }),
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      FAKE_DOCKER: played(script),
      FAKE_DOCKER_CALLS: join(folder, 'calls'),
    },
  })
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).trim().split('\n')
}

describe('a push that the registry refuses', () => {
  test('is stopped at docker’s first silent retry', async () => {
    const docker = createClient({
      push: { stdout: '5f70bf18a086: Retrying in 5 seconds\n', waits: true },
      'manifest inspect': { stderr: 'unauthorized\n', exit: 1 },
    })
    const login = await docker.createLogin()
    expect(await docker.push(image, login)).toMatchObject({ kind: 'unauthorized' })
    expect((await calls()).map((line) => line.split(' ')[0])).toEqual(['push', 'manifest'])
    await login.remove()
  })

  test.each([
    ['unauthorized', 'no basic auth credentials'],
    ['unauthorized', 'denied: requested access to the resource is denied'],
    ['no_repository', 'name unknown: app repository not found'],
    ['refused', 'received unexpected HTTP status: 500 Internal Server Error'],
  ])('%s: %s', async (kind, stderr) => {
    const docker = createClient({ push: { stderr: `${stderr}\n`, exit: 1 } })
    const login = await docker.createLogin()
    expect(await docker.push(image, login)).toMatchObject({ kind, text: stderr })
    await login.remove()
  })

  test('a push that the caller cancels is told apart', async () => {
    const controller = new AbortController()
    const docker = createClient({ push: { stdout: '5f70bf18a086: Preparing\n', waits: true } })
    const login = await docker.createLogin()
    const outcome = docker.push(image, login, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    expect(await outcome).toMatchObject({ kind: 'cancelled' })
    await login.remove()
  })
})

test('a push that is cancelled while the registry is asked', async () => {
  const controller = new AbortController()
  const docker = createClient({
    push: { stdout: '5f70bf18a086: Retrying in 5 seconds\n', waits: true, endsLate: true },
    'manifest inspect': { waits: true },
  })
  const login = await docker.createLogin()
  const outcome = docker.push(image, login, { signal: controller.signal })
  await expect.poll(async () => (await calls()).length).toBe(2)
  controller.abort()
  expect(await outcome).toMatchObject({ kind: 'cancelled' })
  await login.remove()
})

describe('which builder is used', () => {
  const request = {
    root: '/w',
    context: '/w',
    dockerfile: '/w/Dockerfile',
    image,
    platform: 'linux/amd64',
    buildArgs: { API_TOKEN: 'not-for-the-log' },
    labels: {},
    noCache: false,
    excluded: [],
    sourceDateEpoch: 1,
  }
  const inspected = {
    stdout: JSON.stringify([
      { Id: 'sha256:1', Architecture: 'arm64', Os: 'linux', Size: 5, Config: null },
    ]),
  }
  const version = (number: string) => ({ stdout: `Docker version ${number}, build x\n` })
  const noBuildx = { stderr: "docker: 'buildx' is not a docker command", exit: 1 }

  test.each([
    [
      'buildx',
      { stdout: 'github.com/docker/buildx v0.38.2 abc\n' },
      '28.2.2',
      'buildx build --progress=rawjson',
    ],
    [
      'buildkit',
      { stdout: 'github.com/docker/buildx v0.9.1 abc\n' },
      '23.0.1',
      'build --progress=plain',
    ],
    [
      'buildx',
      { stdout: 'github.com/docker/buildx v0.0.0+unknown \n' },
      '28.2.2',
      'buildx build --progress=rawjson',
    ],
    ['buildkit', noBuildx, '20.10.24', 'build --progress=plain'],
    ['legacy', noBuildx, '28.2.2', 'build --force-rm'],
  ])('%s with docker %#', async (builder, buildx, number, opening) => {
    const docker = createClient({
      'buildx version': buildx,
      '--version': version(number),
      'buildx build': {},
      build: {},
      'image inspect': inspected,
    })
    const result = await docker.build(request)
    expect(result.builder).toBe(builder)
    expect((await calls()).at(-2)).toMatch(new RegExp(`^${opening} `))
    expect(result.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['architecture_mismatch', 'build_arg_in_history']),
    )
    expect(logged.join('\n')).not.toContain('not-for-the-log')
  })

  test.each([
    [
      'docker_daemon_down',
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
    ],
    ['buildx_missing', 'the --mount option requires BuildKit.'],
    ['build_failed', 'write /var/lib/docker/x: no space left on device'],
    ['build_failed', 'pull access denied for nosuch, repository does not exist'],
    ['build_failed', "The command '/bin/sh -c false' returned a non-zero code: 1"],
  ])('%s: %s', async (code, stderr) => {
    const docker = createClient({
      'buildx version': noBuildx,
      '--version': version('28.2.2'),
      build: { stderr: `${stderr}\n`, exit: 1 },
    })
    const stage = code === 'docker_daemon_down' ? 'preflight' : 'build'
    await expect(docker.build(request)).rejects.toMatchObject({ code, stage })
  })

  test.each([
    ['legacy', noBuildx, "The command '/bin/sh -c npm test' returned a non-zero code: 1"],
    [
      'buildx',
      { stdout: 'github.com/docker/buildx v0.38.2 abc\n' },
      'ERROR: failed to build: failed to solve: process "/bin/sh -c npm test" did not complete successfully: exit code: 1',
    ],
  ])(
    '%s: what a step prints about docker is no failure of the engine',
    async (_kind, buildx, end) => {
      const output = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n'
      const play = { stderr: `${output}${end}\n`, exit: 1 }
      const docker = createClient({
        'buildx version': buildx,
        '--version': version('28.2.2'),
        'buildx build': play,
        build: play,
      })
      await expect(docker.build(request)).rejects.toMatchObject({
        code: 'build_failed',
        message: 'A step of the Dockerfile failed.',
      })
    },
  )

  test.each([
    ['AWS_ACCESS_KEY_ID', true],
    ['github_token', true],
    ['NPM_AUTH', true],
    ['STRIPE_PUBLIC_KEY', false],
    ['KEYBOARD', false],
    ['AUTHOR', false],
    ['NODE_ENV', false],
  ])('is the build argument %s told to stay in the image? %s', async (name, isTold) => {
    const docker = createClient({
      'buildx version': noBuildx,
      '--version': version('20.10.24'),
      build: {},
      'image inspect': inspected,
    })
    const { warnings } = await docker.build({ ...request, buildArgs: { [name]: 'x' } })
    expect(warnings.some(({ code }) => code === 'build_arg_in_history')).toBe(isTold)
  })

  test('an older image under the same name is not taken for the one that was built', async () => {
    const docker = createClient({
      'buildx version': { stdout: 'github.com/docker/buildx v0.38.2 abc\n' },
      '--version': version('28.2.2'),
      'buildx build': {},
      'image inspect': inspected,
    })
    const labels = { 'org.opencontainers.image.revision': 'abc' }
    await expect(docker.build({ ...request, labels })).rejects.toMatchObject({
      code: 'build_failed',
      remedy: expect.stringContaining('docker buildx use'),
    })
  })

  test('a detection that was cancelled is no answer', async () => {
    const docker = createClient({
      'buildx version': { stdout: 'github.com/docker/buildx v0.38.2 abc\n' },
      '--version': version('28.2.2'),
      'buildx build': {},
      'image inspect': inspected,
    })
    const signal = AbortSignal.abort()
    await expect(docker.build(request, { signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect((await docker.build(request)).builder).toBe('buildx')
  })

  test('an engine that does not answer is named', async () => {
    const docker = createClient({
      'image inspect': {
        stderr:
          'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n',
        exit: 1,
      },
    })
    await expect(docker.inspectImage(image)).rejects.toMatchObject({
      code: 'docker_daemon_down',
      message: 'The Docker engine does not answer: unix:///x.sock.',
    })
  })
})

test.each(['', 'no JSON', 'null', '{}', '[null]', '[{"Id":7}]'])(
  'a docker that answers %j in place of an image is told of as one that cannot be read',
  async (stdout) => {
    const docker = createClient({ 'image inspect': { stdout } })
    await expect(docker.inspectImage(image)).rejects.toMatchObject({
      code: 'unknown_failure',
      message: 'docker’s reply could not be read while looking at an image.',
    })
  },
)

test('a docker that is not there says where it was looked for', async () => {
  const { run } = createRunner({ log: { info() {} } as unknown as Log, redact: (text) => text })
  const docker = createDocker({
    run,
    find: async () => ({ program: undefined, looked: ['/a', '/b'] }),
    env: {},
  })
  await expect(docker.inspectImage(image)).rejects.toMatchObject({
    code: 'docker_missing',
    evidence: 'looked in: /a, /b',
  })
})
