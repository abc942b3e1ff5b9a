import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeDocker } from '../support/fake-programs.js'
import type { Script } from '../support/played.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-describe-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const play = (script: Script | undefined) => fakeDocker({ folder, script })
const noBuildx = { stderr: "docker: 'buildx' is not a docker command.\n", exit: 1 }

describe('the docker command', () => {
  test.each([
    ['Docker version 28.2.2, build e6534b4\n', '28.2.2'],
    ['Docker version 20.10.24+dfsg1, build 297e128\n', '20.10.24+dfsg1'],
    ['podman version 4.9.3\n', '4.9.3'],
    ['something else\n', 'something else'],
  ])('%j is of version %s, without an engine', async (stdout, version) => {
    expect(await play({ '--version': { stdout } }).clientVersion()).toBe(version)
  })

  test('that is not there is docker_missing', async () => {
    await expect(play(undefined).clientVersion()).rejects.toMatchObject({ code: 'docker_missing' })
  })
})

describe('the engine', () => {
  test('tells its version and for what it builds', async () => {
    const Server = { Version: '28.2.2', Os: 'linux', Arch: 'arm64' }
    const docker = play({ version: { stdout: JSON.stringify({ Client: {}, Server }) } })
    expect(await docker.describeEngine()).toEqual({
      version: '28.2.2',
      os: 'linux',
      architecture: 'arm64',
    })
  })

  test('that does not answer is docker_daemon_down, also where docker prints its own version', async () => {
    const docker = play({
      version: {
        stdout: '{"Client":{"Version":"28.2.2"},"Server":null}\n',
        stderr:
          'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n',
        exit: 1,
      },
    })
    await expect(docker.describeEngine()).rejects.toMatchObject({
      code: 'docker_daemon_down',
      message: 'The Docker engine does not answer: unix:///x.sock.',
    })
  })

  test('whose answer cannot be read is a failure, not a version', async () => {
    const docker = play({ version: { stdout: '{"Client":{},"Server":null}' } })
    await expect(docker.describeEngine()).rejects.toMatchObject({ code: 'unknown_failure' })
  })
})

describe('the builder', () => {
  test.each([
    ['buildx', '28.2.2', { stdout: 'github.com/docker/buildx v0.24.0 abc\n' }],
    ['buildkit', '28.2.2', { stdout: 'github.com/docker/buildx v0.10.4 abc\n' }],
    ['buildkit', '20.10.24', noBuildx],
    ['legacy', '28.2.2', noBuildx],
  ])('is %s for docker %s that answers %j', async (kind, version, buildx) => {
    const script = {
      '--version': { stdout: `Docker version ${version}, build x` },
      'buildx version': buildx,
    }
    expect(await play(script).findBuilder()).toBe(kind)
  })
})
