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
    expect(split('a\r', 'b\r', '\r', '\nc\r')).toEqual(['a', 'b', '', 'c'])
  })

  test('output without newlines comes in bounded pieces', () => {
    const lines = split('x'.repeat(200_000))
    expect(lines.join('')).toHaveLength(200_000)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64 * 1024)
  })

  test('a piece ends between characters', () => {
    expect(split('é'.repeat(50_000), `${'é'.repeat(50_000)}\nnext`).join('')).toBe(
      `${'é'.repeat(100_000)}next`,
    )
    expect(split(`x${'é'.repeat(100_000)}`).join('')).toBe(`x${'é'.repeat(100_000)}`)
  })

  test('a line that comes in many chunks stays one, where that long is allowed', () => {
    const lines: string[] = []
    const splitter = createLineSplitter((line) => lines.push(line), 2 ** 20)
    for (let chunk = 0; chunk < 10; chunk += 1) splitter.write(Buffer.alloc(100_000, 'x'))
    splitter.write(Buffer.from('\nnext'))
    splitter.end()
    expect(lines.map((line) => line.length)).toEqual([1_000_000, 4])
  })
})
