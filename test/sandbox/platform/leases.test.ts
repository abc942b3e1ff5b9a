import { expect, test } from 'vitest'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'

function start() {
  const clock = createTestClock()
  const { leases } = createPlatform({ clock })
  const take = (nonce?: string) => leases.acquire({ machine: 'm1', ttlSeconds: 13, nonce })
  return { clock, leases, take }
}

test('a held lease keeps others off, and says until when', () => {
  const { take, leases } = start()
  take()
  expect(() => take()).toThrow(
    expect.objectContaining({
      httpStatus: 409,
      message:
        'failed to acquire lease: machine ID m1 lease currently held by sandbox@localhost, expires at 2026-01-01T00:00:13Z',
    }),
  )
  expect(() => leases.check('m1', undefined)).toThrow('lease currently held')
  expect(() => leases.check('m1', 'another')).toThrow('lease currently held')
})

test('its holder may prolong it', () => {
  const { take, clock, leases } = start()
  const { nonce } = take()
  clock.advance(10_000)
  expect(take(nonce).nonce).toBe(nonce)
  clock.advance(10_000)
  expect(leases.held('m1')?.nonce).toBe(nonce)
})

test('it ends by itself', () => {
  const { take, clock, leases } = start()
  const first = take()
  clock.advance(13_000)
  expect(leases.held('m1')).toBeUndefined()
  expect(take().nonce).not.toBe(first.nonce)
})

test('only its holder may give it back', () => {
  const { take, leases } = start()
  const { nonce } = take()
  expect(() => leases.release('m1', 'another')).toThrow('lease currently held')
  leases.release('m1', nonce)
  expect(leases.held('m1')).toBeUndefined()
})
