import { describe, expect, test } from 'vitest'
import { createRedact } from '../../src/process/redact.js'

const redact = createRedact(['hunter22'])

describe('redacting', () => {
  test.each([
    ['a known secret', 'password is hunter22!', 'password is [redacted]!'],
    [
      'a macaroon',
      'Authorization: FlyV1 fm2_lJPECAAAAAAAAN+/=,fm2_x',
      'Authorization: FlyV1 [redacted]',
    ],
    [
      'a macaroon in JSON, and nothing behind it',
      '{"token":"FlyV1 fm2_abcdef/+=","next":"x"}',
      '{"token":"FlyV1 [redacted]","next":"x"}',
    ],
    ['a personal token', 'FLY_API_TOKEN=fo1_abcdEFGH', 'FLY_API_TOKEN=[redacted]'],
    ['a bearer', 'Bearer abcdefgh12345', 'Bearer [redacted]'],
    ['a password in an address', 'https://joe:pass@host/x', 'https://[redacted]@host/x'],
    ['docker’s login', '{"auth": "eDpmbzFf"}', '{"auth": "[redacted]"}'],
  ])('hides %s', (_name, text, clean) => {
    expect(redact(text)).toBe(clean)
  })

  test('leaves ordinary text alone', () => {
    const text = 'Step 3/7 : RUN npm ci --omit=dev # https://example.com/a@b sha256:0123abcd'
    expect(redact(text)).toBe(text)
  })

  test('a secret of a few letters is not looked for: it would hit ordinary words', () => {
    expect(createRedact(['ab'])('abc')).toBe('abc')
  })
})
