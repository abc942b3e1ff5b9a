import { describe, expect, test } from 'vitest'
import { parseImageReference } from '../../src/docker/image-ref.js'

const digest = `sha256:${'0a'.repeat(32)}`

describe('image references', () => {
  test.each([
    ['registry.fly.io/hello:1a2b3c4', 'registry.fly.io', 'hello', '1a2b3c4', undefined],
    ['127.0.0.1:5000/hello:v1', '127.0.0.1:5000', 'hello', 'v1', undefined],
    ['localhost/hello', 'localhost', 'hello', undefined, undefined],
    ['registry:5000/team/app:x', 'registry:5000', 'team/app', 'x', undefined],
    [`registry.fly.io/hello@${digest}`, 'registry.fly.io', 'hello', undefined, digest],
    [`registry.fly.io/hello:v1@${digest}`, 'registry.fly.io', 'hello', 'v1', digest],
    ['busybox', undefined, 'busybox', undefined, undefined],
    ['library/busybox:1.36', undefined, 'library/busybox', '1.36', undefined],
  ])('reads %s', (text, registry, repository, tag, found) => {
    expect(parseImageReference(text)).toEqual({ registry, repository, tag, digest: found })
  })

  test.each([
    '-t',
    '--help',
    '',
    ' ',
    'a:b:c',
    'Registry.fly.io/hello:1',
    'registry.fly.io/Hello:1',
    '../x',
    'registry.fly.io/../x:1',
    'registry.fly.io//x:1',
    'registry.fly.io/x:',
    'registry.fly.io/x:-flag',
    `registry.fly.io/x:${'t'.repeat(129)}`,
    'registry.fly.io/x@sha256:short',
    `registry.fly.io/x@sha256:${'G'.repeat(64)}`,
    'registry.fly.io/x:1\n--access-token=y',
    'registry.fly.io/x:1 y',
    'https://registry.fly.io/x:1',
    'registry.fly.io/$(id):1',
    `registry.fly.io/${'x'.repeat(600)}:1`,
  ])('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined()
  })
})
