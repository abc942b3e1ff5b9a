import { describe, expect, test } from 'vitest'
import { createTail } from '../../src/process/tail.js'

function endOf(maxBytes: number, ...pieces: readonly string[]): string {
  const tail = createTail(maxBytes)
  for (const piece of pieces) tail.push(piece)
  return tail.toString()
}

describe('the end of a text', () => {
  test('is all of it where it is short', () => {
    expect(endOf(10, 'one\n', 'two\n')).toBe('one\ntwo\n')
    expect(endOf(10)).toBe('')
  })

  test('begins with a whole line', () => {
    expect(endOf(10, 'first\nsecond\nthird\n')).toBe('third\n')
    expect(endOf(10, 'first\n', 'second\n', 'third\n')).toBe('third\n')
  })

  test('of one long line begins with a whole character', () => {
    expect(endOf(5, 'x'.repeat(10))).toBe('xxxxx')
    expect(endOf(5, 'é'.repeat(10))).toBe('éé')
    expect(endOf(5, ...'é'.repeat(10))).toBe('éé')
  })

  test('goes on after it was looked at', () => {
    const tail = createTail(100)
    for (let line = 0; line < 1_000; line += 1) {
      tail.push(`line ${line}\n`)
      expect(tail.toString().endsWith(`line ${line}\n`)).toBe(true)
      expect(tail.toString().length).toBeLessThanOrEqual(100)
    }
    expect(tail.toString()).toMatch(/^line 989\n/)
  })
})
