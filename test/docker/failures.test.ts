import { describe, expect, test } from 'vitest'
import { diagnosed } from '../../src/diagnosis/diagnosed.js'
import { buildFailure, engineFailure } from '../../src/docker/failures.js'
import type { RunResult } from '../../src/process/command.js'

function ended(stderr: string): RunResult {
  const result = { outcome: 'failed', exitCode: 1, signal: undefined, stdout: '' } as const
  return { ...result, stderr: `${stderr}\n`, durationMs: 1 }
}

describe('an engine that cannot be used', () => {
  test.each([
    [
      'docker 20.10 and 28',
      'Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?',
      'The Docker engine does not answer: unix:///nope.',
    ],
    [
      'buildx 0.38',
      'ERROR: failed to connect to the docker API at unix:///nope; check if the path is correct and if the daemon is running: dial unix /nope: connect: no such file or directory',
      'The Docker engine does not answer: unix:///nope.',
    ],
    [
      'BuildKit in docker 20.10',
      "failed to dial gRPC: cannot connect to the Docker daemon. Is 'docker daemon' running on this host?: dial unix /nope: connect: no such file or directory",
      'The Docker engine does not answer.',
    ],
    [
      'a host without a name',
      'error during connect: Get "http://nowhere.invalid:1/v1.50/images/x/json": dial tcp: lookup nowhere.invalid: no such host',
      'The Docker engine does not answer.',
    ],
    [
      'a user without the right to it',
      'permission denied while trying to connect to the Docker daemon socket at unix:///run/docker.sock: Get "http://%2Frun%2Fdocker.sock/v1.50/version": dial unix /run/docker.sock: connect: permission denied',
      'This user may not use the Docker engine: unix:///run/docker.sock.',
    ],
    [
      'the same, of BuildKit in docker 20.10',
      "failed to dial gRPC: cannot connect to the Docker daemon. Is 'docker daemon' running on this host?: dial unix /s: connect: permission denied",
      'This user may not use the Docker engine.',
    ],
    [
      'a context that is not there, docker 28',
      'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /h/meta.json: no such file or directory',
      'The docker context that is selected does not exist.',
    ],
    [
      'a context that is not there, docker 20.10',
      'unable to resolve docker endpoint: context "nope" does not exist',
      'The docker context that is selected does not exist.',
    ],
  ])('%s', (_name, stderr, message) => {
    const error = engineFailure(ended(stderr))
    expect(error).toMatchObject({ code: 'docker_daemon_down', stage: 'preflight', message })
  })

  test.each([
    'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    'Error: No such image: hello:1',
    'COPY failed: stat /var/lib/docker/tmp/x: no such file or directory',
    '#5 0.1 Cannot connect to the Docker daemon at unix:///x.\nexecutor failed running [/bin/sh -c x]: exit code: 1',
    '',
  ])('is not what this says: %j', (stderr) => {
    expect(engineFailure(ended(stderr))).toBeUndefined()
  })
})

describe('a build that failed', () => {
  const step = 'failed to solve: process "/bin/sh -c x" did not complete successfully: exit code: 1'

  test.each([
    [
      'the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/',
      'buildx_missing',
      /BuildKit/,
    ],
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      'build_failed',
      /base image/,
    ],
    ['pull access denied for nosuch, repository does not exist', 'build_failed', /base image/],
    ['no match for platform in manifest: not found', 'build_failed', /platform/],
    [
      'failed to solve with frontend dockerfile.v0: failed to read dockerfile: open Dockerfile: no such file',
      'dockerfile_missing',
      /cannot read/,
    ],
    ['write /var/lib/docker/x: no space left on device', 'build_failed', /disk/],
    ['dockerfile parse error line 2: Unknown flag: link', 'build_failed', /not valid/],
    ['something that nobody has seen', 'build_failed', /could not build/],
  ])('%s', (stderr, code, message) => {
    expect(diagnosed(buildFailure(ended(stderr), ''))).toMatchObject({
      code,
      message: expect.stringMatching(message),
      evidence: stderr,
    })
  })

  test.each([
    ['ENOSPC: no space left on device, write', /disk/],
    ['/bin/app: exec format error', /processor/],
    ['pull access denied', /^A step of the Dockerfile failed\.$/],
    ['npm ERR! code 1', /^A step of the Dockerfile failed\.$/],
  ])('is a step that printed: %s', (output, message) => {
    const error = buildFailure(ended(`ERROR: ${step}`), `[2/2] RUN x\n${output}`)
    expect(diagnosed(error)).toMatchObject({
      code: 'build_failed',
      message: expect.stringMatching(message),
      evidence: `[2/2] RUN x\n${output}`,
    })
  })

  test('shows at most the last twenty lines', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
    expect(buildFailure(ended(step), output).evidence?.split('\n')).toHaveLength(20)
  })
})
