import { expect, test } from 'vitest'
import { parseSecrets } from '../../../src/sandbox/flyctl/commands/secret-lines.js'
import { readTranscript, run, serve } from './replay.js'

test.for<readonly [string, Readonly<Record<string, string>>]>([
  ['A=1\nB=2\n', { A: '1', B: '2' }],
  ['# comment\n\nA = 1\n', { A: '1' }],
  ['A="two words"\nB=\'x\'\n', { A: 'two words', B: 'x' }],
  ['A=1 # one\nB="# two"\n', { A: '1', B: '# two' }],
  ['A="""x\ny\n"""\nB=1', { A: 'x\ny\n', B: '1' }],
  ['A="""x"""', { A: 'x' }],
  ['A=b=c', { A: 'b=c' }],
])('reads %j', ([text, secrets]) => {
  expect(parseSecrets(text)).toEqual(secrets)
})

test('import takes them from standard input', async () => {
  const { exchanges } = await readTranscript('secrets-set-staged')
  await using server = await serve(exchanges)
  const command = ['secrets', 'import', '--stage', '-a', 'hello1']
  const { exit } = await run(command, { url: server.url, stdin: 'X=1\n' })
  expect(exit).toBe(0)
  expect(server.asked.at(-1)?.body).toEqual({ values: { X: '1' } })
})

test('unset removes', async () => {
  const { exchanges } = await readTranscript('secrets-set-staged')
  await using server = await serve(exchanges)
  await run(['secrets', 'unset', '--stage', 'X', '-a', 'hello1'], { url: server.url })
  expect(server.asked.at(-1)?.body).toEqual({ values: { X: null } })
})

test.for<readonly [readonly string[], string, string]>([
  [['set', 'ZZ'], '', "could not parse secrets: 'ZZ': must be in the format NAME=VALUE"],
  [['import'], '', 'requires at least one SECRET=VALUE pair'],
  [['import'], 'ZZ', 'Secrets must be provided as NAME=VALUE pairs (ZZ is invalid)'],
])('%j refuses %j', async ([words, stdin, said]) => {
  const { exchanges } = await readTranscript('secrets-set-staged')
  await using server = await serve(exchanges)
  const command = ['secrets', ...words, '-a', 'hello1']
  const { exit, stderr } = await run(command, { url: server.url, stdin })
  expect(exit).toBe(1)
  expect(stderr).toContain(said)
})
