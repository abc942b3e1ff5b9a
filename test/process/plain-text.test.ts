import { describe, expect, test } from 'vitest'
import { cutText, plainText } from '../../src/process/plain-text.js'
import { cpuMsOf } from '../support/cpu-time.js'

const bell = '\u0007'
const end = '\u001b\\'

describe('plain text', () => {
  test.each<[string, string, string]>([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['colours as one character', '\u009b31mred\u009b0m', 'red'],
    ['a cleared screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a title', `\u001b]0;title${bell}a`, 'a'],
    ['a clipboard that is set (OSC 52)', `a\u001b]52;c;ZXZpbA==${end}b`, 'ab'],
    ['a clipboard that is set, in C1', 'a\u009d52;c;ZXZpbA==\u009cb', 'ab'],
    ['a link (OSC 8)', `\u001b]8;;https://evil.example${end}here\u001b]8;;${end}`, 'here'],
    ['a device control string', `a\u001bP1$r0m${end}b`, 'ab'],
    ['an application command', `a\u001b_Gf=100;AAAA${end}b`, 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['another character set', 'a\u001b(0b', 'ab'],
    ['a line written over', 'failed\rok\r\n', 'failed\nok\n'],
    ['ends of lines that are none of ours', 'a\u2028b\u0085c', 'a b c'],
    ['backspaces', 'rm\b\bls', 'rmls'],
    ['NUL and DEL', 'a\0b\u007fc', 'abc'],
    ['text turned round', 'a\u202egpj.exe\u202c', 'agpj.exe'],
    ['isolates and marks', 'a\u2066b\u2069\u200e\u200f\u061cc', 'abc'],
    ['zero width', 'pass\u200bwo\u2060rd\ufeff', 'password'],
    ['tags', 'a\u{e0001}\u{e0069}\u{e0067}b', 'ab'],
    ['selectors that carry bytes', 'a\u{e0100}\u{e01ef}b', 'ab'],
  ])('loses %s', (_name, text, plain) => {
    expect(plainText(text)).toBe(plain)
  })

  test('keeps lines, tabs and every script', () => {
    const text = '\tgrün, 日本語, עברית, 👍\n'
    expect(plainText(text)).toBe(text)
  })

  test('keeps what stands behind a sequence that never ends', () => {
    expect(plainText('a\u001b]52;c;b\nc')).toBe('a52;c;b\nc')
    expect(plainText('a\u009dunended')).toBe('aunended')
    expect(plainText('a\u001b[')).toBe('a')
  })

  test('cannot be put together from two sequences that are taken out', () => {
    expect(plainText(`\u001b\u001b[0m]52;c;x${bell}`)).not.toMatch(/\p{Cc}/u)
  })

  test('is made of a megabyte of beginnings in a moment', () => {
    const tookMs = cpuMsOf(() => {
      for (const start of ['\u001b]', '\u009d', '\u001b[', '\u009b0', '\u001b('])
        plainText(start.repeat(500_000))
    })
    expect(tookMs).toBeLessThan(5_000)
  })

  test('has no half characters', () => {
    expect(plainText('a\ud83d')).toBe('a\ufffd')
  })
})

test('a text that is cut has a mark, and is no longer than it may be', () => {
  expect(cutText('abcdef', 4)).toBe('abc…')
  expect(cutText('abcd', 4)).toBe('abcd')
})
