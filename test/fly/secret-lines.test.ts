import { describe, expect, test } from 'vitest'
import { secretLines } from '../../src/fly/secret-lines.js'
import { parseSecrets } from '../../src/stand-in/commands/secrets-import.js'

describe('secrets on their way to flyctl', () => {
  test.each([
    'plain',
    'with # a hash',
    'with = and spaces ',
    "it's",
    'say "hello" twice',
    'one\ntwo\n\nthree',
    '  ',
  ])('arrive as they are: %j', (value) => {
    expect(parseSecrets(secretLines({ A: 'before', NAME: value, Z: 'after' }))).toEqual({
      A: 'before',
      NAME: value,
      Z: 'after',
    })
  })

  test.each(['a "quote" # and a hash', 'three """ quotes', 'an "end"', 'a\r\nwindows line'])(
    'are refused where flyctl would misread them: %j',
    (value) => {
      expect(() => secretLines({ NAME: value })).toThrow(/NAME/)
    },
  )
})
