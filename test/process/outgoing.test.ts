import { expect, test } from 'vitest'
import { createOutgoing } from '../../src/process/outgoing.js'
import { createRedact } from '../../src/process/redact.js'

const outgoing = createOutgoing(createRedact(['s3cret-value', 'first\r\nsecond']))

test('a secret is found under what hides it', () => {
  expect(outgoing('a s3c\u200bret-\u001b[1mvalue')).toBe('a [redacted]')
})

test('a secret is found before its own line ends change', () => {
  expect(outgoing('a first\r\nsecond')).toBe('a [redacted]')
})
