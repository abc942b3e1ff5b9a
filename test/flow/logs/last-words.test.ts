import { describe, expect, test } from 'vitest'
import { lastWordsOf } from '../../../src/flow/logs/last-words.js'
import type { LogLine } from '../../../src/fly/flyctl.js'

function line(message: string, source = 'app'): LogLine {
  return { at: '2026-01-01T00:00:00Z', machine: 'm1', region: 'ewr', source, message }
}
const started = line('Machine started in 1.2s', 'runner')
const exited = [
  line(' INFO Main child exited normally with code: 2'),
  line(' INFO Starting clean up.'),
  line('[    2.401] reboot: Restarting system'),
  line('machine has reached its max restart count of 10', 'runner'),
]

describe('the cause that an app names itself', () => {
  test.each<[string, readonly string[], string]>([
    [
      'of Go',
      [
        'listening on :8080',
        'panic: open /mnt/prices.csv: no such file or directory',
        '',
        'goroutine 1 [running]:',
        'main.main()',
        '\t/src/main.go:12 +0x1d',
        'exit status 2',
      ],
      'panic: open /mnt/prices.csv: no such file or directory',
    ],
    [
      'of Node',
      [
        '/app/server.js:3',
        "    throw new Error('DATABASE_URL is not set')",
        '    ^',
        '',
        'Error: DATABASE_URL is not set',
        '    at Object.<anonymous> (/app/server.js:3:9)',
        '',
        'Node.js v22.1.0',
        'npm error Lifecycle script `start` failed with error:',
        'npm error code 1',
      ],
      'Error: DATABASE_URL is not set',
    ],
    [
      'of Python',
      [
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 3, in <module>',
        "ModuleNotFoundError: No module named 'flask'",
      ],
      "ModuleNotFoundError: No module named 'flask'",
    ],
    ['in words of its own', ['hello', 'DATABASE_URL is not set'], 'DATABASE_URL is not set'],
    ['else its last line', ['hello', 'done for today'], 'done for today'],
  ])('%s', (_name, said, cause) => {
    const words = lastWordsOf([started, ...said.map((text) => line(text)), ...exited])
    expect(words.cause).toBe(cause)
    expect(words.lines.join('\n')).not.toMatch(/Main child|reboot|max restart/)
  })

  test('is the lack of memory where the kernel says so', () => {
    const killed = line('[   12.301] Out of memory: Killed process 314 (node)')
    expect(lastWordsOf([line('counting'), killed, ...exited]).cause).toContain('Out of memory')
  })

  test('is not there where only Fly has spoken', () => {
    const words = lastWordsOf([started, line('Machine exited with exit code 1', 'runner')])
    expect(words.cause).toBeUndefined()
    expect(words.lines).toHaveLength(2)
  })

  test('has no control characters, and is not long', () => {
    const words = lastWordsOf([line(`\u001b[31mError: ${'x'.repeat(1000)}\u001b[0m`)])
    expect(words.cause).toMatch(/^Error: x+…$/)
    expect(words.cause).toHaveLength(300)
  })
})
