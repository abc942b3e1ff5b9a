import { expect, test } from 'vitest'
import { causeAmong } from '../../../src/flow/logs/last-words.js'

test.each([
  [
    'Go',
    'starting\npanic: open /mnt/prices.csv: no such file or directory\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d\nexit status 2',
    'panic: open /mnt/prices.csv: no such file or directory',
  ],
  [
    'Python',
    'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    os.environ["DATABASE_URL"]\nKeyError: \'DATABASE_URL\'',
    "KeyError: 'DATABASE_URL'",
  ],
  [
    'Node',
    "node:internal/modules/cjs/loader:1215\n  throw err;\n\nError: Cannot find module '/app/server.js'\n    at Module._resolveFilename (node:internal:1212:15)\n  code: 'MODULE_NOT_FOUND'\n\nNode.js v22.1.0",
    "Error: Cannot find module '/app/server.js'",
  ],
  [
    'a logger',
    '2026-01-01 10:00:00 [info] hello\n2026-01-01 10:00:01 [error] Error: no queue\nbye',
    '2026-01-01 10:00:01 [error] Error: no queue',
  ],
  ['a shell', 'sh: nodemon: not found', 'sh: nodemon: not found'],
  ['nobody', '', undefined],
])('of %s', (_who, log, words) => {
  expect(causeAmong(log.split('\n'))).toBe(words)
})

test('is short, whatever a program prints', () => {
  expect(causeAmong([`Error: ${'x'.repeat(10_000)}`])).toHaveLength(300)
})
