import { describe, expect, test } from 'vitest'
import { isLoopback, readRemote } from '../../src/docker/remote.js'
import { ended } from '../support/run-result.js'

const manifest = { config: { digest: 'sha256:c', size: 10 }, layers: [{ size: 20 }, { size: 30 }] }
const found = {
  kind: 'found',
  digest: 'sha256:d',
  configDigest: 'sha256:c',
  sizeBytes: 60,
  layers: 2,
}

describe('what docker manifest inspect says', () => {
  test.each([
    ['docker’s own manifest', { Descriptor: { digest: 'sha256:d' }, SchemaV2Manifest: manifest }],
    ['an OCI manifest', { Descriptor: { digest: 'sha256:d' }, OCIManifest: manifest }],
    ['an index of one', [{ Descriptor: { digest: 'sha256:d' }, OCIManifest: manifest }]],
  ])('%s', (_name, reply) => {
    expect(
      readRemote(ended({ outcome: 'ok', reply: { text: JSON.stringify(reply), isCut: false } })),
    ).toEqual(found)
  })

  test('of an index, the image for Fly’s machines', () => {
    const other = { ...manifest, config: { digest: 'sha256:attestation', size: 2 } }
    const entries = [
      {
        Descriptor: { digest: 'sha256:a', platform: { os: 'unknown', architecture: 'unknown' } },
        OCIManifest: other,
      },
      {
        Descriptor: { digest: 'sha256:d', platform: { os: 'linux', architecture: 'amd64' } },
        SchemaV2Manifest: manifest,
      },
    ]
    expect(
      readRemote(ended({ outcome: 'ok', reply: { text: JSON.stringify(entries), isCut: false } })),
    ).toEqual(found)
  })

  test.each([
    ['absent', 'no such manifest: 127.0.0.1:5051/hello:nope'],
    ['absent', 'no such manifest: 127.0.0.1:40137/hello:4610cac'],
    ['unauthorized', 'unauthorized'],
    [
      'unauthorized',
      'Get "http://127.0.0.1:5051/v2/hello/manifests/v1": no basic auth credentials',
    ],
    ['failed', 'received unexpected HTTP status: 500 Internal Server Error'],
    ['failed', 'failed to configure transport: error pinging v2 registry: connection refused'],
  ])('%s: %s', (kind, stderr) => {
    expect(readRemote(ended({ stderr })).kind).toBe(kind)
  })

  test('an answer that is no image is a failure, not a crash', () => {
    expect(
      readRemote(ended({ outcome: 'ok', reply: { text: 'WARNING', isCut: false } })).kind,
    ).toBe('failed')
  })
})

test('plain HTTP is for loopback alone', () => {
  expect(isLoopback('127.0.0.1:5000/a:b')).toBe(true)
  expect(isLoopback('registry.fly.io/a:b')).toBe(false)
  expect(isLoopback('127.0.0.1.evil.example/a:b')).toBe(false)
})
