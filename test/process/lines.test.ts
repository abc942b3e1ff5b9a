import { describe, expect, test } from 'vitest'
import { createLineSplitter } from '../../src/process/lines.js'

function split(...chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = []
  const splitter = createLineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  splitter.end()
  return lines
}

describe('cutting a byte stream into lines', () => {
  test('a character may be cut in two', () => {
    const bytes = Buffer.from('grüße\n')
    expect(split(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['grüße'])
  })

  test('\\r\\n may be cut in two, and \\r alone ends a line', () => {
    expect(split('a\r', '\nb\rc\n')).toEqual(['a', 'b', 'c'])
  })

  test('output without newlines comes in bounded pieces', () => {
    const lines = split('x'.repeat(200_000))
    expect(lines.join('')).toHaveLength(200_000)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64 * 1024)
  })
})
