import { expect, test } from 'vitest'
import { readRegistryToken } from '../../src/fly/registry-token.js'
import { ended } from '../support/run-result.js'

const printed = (text: string) => ended({ outcome: 'ok', reply: { text, isCut: false } })

test.each([
  ['fo1_person', 'fo1_person'],
  ['fm2_limited,fm2_discharge', 'fm2_limited,fm2_discharge'],
  ['fm2_limited,fo1_person', 'fm2_limited'],
])('of %s it is %s', (token, password) => {
  const reply = printed(`Update available\n${JSON.stringify({ token }, undefined, 2)}`)
  expect(readRegistryToken(reply)).toBe(password)
})

test('a reply that cannot be read is not shown', () => {
  const error = (() => {
    try {
      return readRegistryToken(printed('fo1_person'))
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toMatchObject({ code: 'unknown_failure', stage: 'auth', evidence: undefined })
})
