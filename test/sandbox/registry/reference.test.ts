import { expect, test } from 'vitest'
import { parseReference } from '../../../src/sandbox/registry/reference.js'

const digest = `sha256:${'a'.repeat(64)}`

test('takes references apart', () => {
  const host = '127.0.0.1:5000'
  expect(parseReference('127.0.0.1:5000/hello:e1d78c3')).toEqual({
    host,
    repository: 'hello',
    tag: 'e1d78c3',
    digest: undefined,
  })
  expect(parseReference('127.0.0.1:5000/hello')).toMatchObject({ tag: 'latest' })
  expect(parseReference(`127.0.0.1:5000/a/b@${digest}`)).toEqual({
    host,
    repository: 'a/b',
    tag: undefined,
    digest,
  })
  expect(parseReference(`127.0.0.1:5000/hello:1@${digest}`)).toMatchObject({ tag: '1', digest })
})

test.each(['hello', 'host/UPPER', 'host/hello:', 'host/hello@sha256:12', ''])(
  '"%s" is no reference to an image of a registry',
  (text) => expect(parseReference(text)).toBeUndefined(),
)
