import { expect, test } from 'vitest'
import { parseSecrets } from '../../src/stand-in/commands/secrets-import.js'
import { readTranscript, run, serve } from './replay.js'

test.for<readonly [string, Readonly<Record<string, string>>]>([
  ['A=1\nB=2\n', { A: '1', B: '2' }],
  ['# comment\n\nA=1\n', { A: '1' }],
  ['A="""x\ny\n"""\nB=1', { A: 'x\ny\n', B: '1' }],
  ['A="""x"""', { A: 'x' }],
  ['A=""""""\nB=2', { A: '', B: '2' }],
  ['A="""B=1\nC=2"""', { A: 'B=1\nC=2' }],
  ['A=b=c', { A: 'b=c' }],
])('reads %j', ([text, secrets]) => {
  expect(parseSecrets(text)).toEqual(secrets)
})

test.for(['', 'ZZ'])('import refuses %j', async (stdin) => {
  const { exchanges } = await readTranscript('secrets-import-staged')
  await using server = await serve(exchanges)
  const { exit, stderr } = await run(['secrets', 'import', '-a', 'hello1'], {
    url: server.url,
    stdin,
  })
  expect(exit).toBe(1)
  expect(stderr).toContain('requires at least one SECRET=VALUE pair')
})
