import { expect, test } from 'vitest'
import { covers } from '../../src/access/caller.js'
import { cpuMsOf } from '../support/cpu-time.js'

test.each([
  [['*'], 'anything', true],
  [[], 'anything', false],
  [['staging'], 'staging', true],
  [['staging'], 'staging-a', false],
  [['staging-*'], 'staging-', true],
  [['staging-*'], 'not-staging-a', false],
  [['*-web'], 'shop-web', true],
  [['*-web'], 'shop-web-2', false],
  [['a*b*c'], 'a-b-b-c', true],
  [['a*b*c'], 'a-c-b', false],
  [['ab*ba'], 'aba', false],
  [['a*bc*bc'], 'abc', false],
  [['a**b'], 'ab', true],
  [['other', 'get_*'], 'get_job', true],
] as const)('%j covers %s: %s', (patterns, name, expected) => {
  expect(covers(patterns, name)).toBe(expected)
})

test('a pattern of many stars is decided at once', () => {
  const tookMs = cpuMsOf(() => {
    expect(covers([`${'*a'.repeat(60)}b`], 'a'.repeat(63))).toBe(false)
  })
  expect(tookMs).toBeLessThan(100)
})
