import { describe, expect, test } from 'vitest'
import { urlOfApp } from '../../src/fly/address.js'

const sandbox = 'http://127.0.0.1:4280'

describe('the address of an app', () => {
  test('is a name of the public DNS, by https', () => {
    expect(urlOfApp('hello.fly.dev', undefined)).toBe('https://hello.fly.dev')
    expect(urlOfApp('hello.fly.dev', sandbox)).toBe('https://hello.fly.dev')
  })

  test.each(['http://127.0.0.1:4280', 'http://localhost:4280', 'http://[::1]:4280'])(
    'may be on loopback, by http, beside an API at %s',
    (apiUrl) => {
      expect(urlOfApp('127.0.0.1:4300', apiUrl)).toBe('http://127.0.0.1:4300')
    },
  )

  test.each([undefined, '', 'https://api.fly.io', 'https://127.0.0.1.evil.example', 'nonsense'])(
    'is not on loopback beside an API at %s',
    (apiUrl) => {
      expect(urlOfApp('127.0.0.1:4300', apiUrl)).toBeUndefined()
    },
  )

  test.each([
    '169.254.169.254',
    '169.254.169.254:80',
    '2852039166',
    '0xa9.0xfe.0xa9.0xfe',
    '169.254.43518',
    '[::ffff:169.254.169.254]',
    '10.0.0.1:4300',
    '127.0.0.1',
    '127.0.0.1:4300/x',
    '127.0.0.1:4300@evil.example',
    'localhost',
    'metadata.google.internal',
    'printer.local',
    'evil.example/',
    'evil.example?',
    'evil.example#',
    'evil.example\\',
    'hello.fly.dev@evil.example',
    'hello.fly.dev:8443',
    'hello.fly.dev\n',
    'héllo.fly.dev',
    '',
    ' ',
  ])('is never %j', (hostname) => {
    expect(urlOfApp(hostname, undefined)).toBeUndefined()
    expect(urlOfApp(hostname, sandbox)).toBeUndefined()
  })
})
