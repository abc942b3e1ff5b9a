import { expect, test } from 'vitest'
import { createLoginWindow } from '../../../src/sandbox/registry/login-window.js'
import { createTestClock } from '../clock.js'

const engine = 'docker/20.10.24 go/go1.19.8 UpstreamClient(Docker-Client/28.2.2 \\(linux\\))'
const login = { method: 'GET', path: '/v2/', userAgent: engine }
const push = { method: 'POST', path: '/v2/hello/blobs/uploads/', userAgent: engine }

function start() {
  const clock = createTestClock()
  return { clock, window: createLoginWindow({ seconds: 300, now: clock.now }) }
}

test('nothing is admitted before a login', () => {
  expect(start().window.admits(push)).toBe(false)
})

test('a login holds for its time', () => {
  const { window, clock } = start()
  expect(window.admits(login)).toBe(true)
  clock.advance(299_000)
  expect(window.admits(push)).toBe(true)
  clock.advance(1_000)
  expect(window.admits(push)).toBe(false)
})

test('a push does not prolong it, a new login does', () => {
  const { window, clock } = start()
  window.admits(login)
  clock.advance(200_000)
  window.admits(push)
  clock.advance(200_000)
  expect(window.admits(push)).toBe(false)
  window.admits(login)
  expect(window.admits(push)).toBe(true)
})

test('another program that asks whether the login holds does not renew it', () => {
  const { window, clock } = start()
  const question = { ...login, userAgent: 'node' }
  expect(window.admits(question)).toBe(false)
  window.admits(login)
  expect(window.admits(question)).toBe(true)
  clock.advance(300_000)
  expect(window.admits(question)).toBe(false)
})

test.each([
  ['flyctl', 'docker/20.10.24 go/go1.19.8 UpstreamClient(Go-http-client/1.1)'],
  ['a BuildKit', 'buildkit/v0.17'],
  ['a BuildKit without a version', 'buildkit/v0.0+unknown'],
  ['a BuildKit, for the layers of a base', 'containerd/1.7.22+unknown'],
  ['flyops', 'flyops/1.2.3'],
])('%s sends the token each time: it needs no login, and makes none', (_, userAgent) => {
  const { window } = start()
  expect(window.admits({ ...push, userAgent })).toBe(true)
  expect(window.admits(push)).toBe(false)
})
