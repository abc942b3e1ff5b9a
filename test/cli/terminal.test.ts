import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { nextCommand } from '../../src/cli/next-command.js'
import { createTerminal } from '../../src/cli/terminal.js'
import { FlyopsError } from '../../src/errors.js'

test('a next call is shown as the command line takes it', async () => {
  const stderr = new PassThrough()
  const terminal = createTerminal({
    stdout: new PassThrough(),
    stderr,
    json: false,
    redact: (line) => line,
  })
  const args = {
    app: 'hello',
    internal_port: 8080,
    ha: true,
    auto_start: false,
    env: { A: '1', B: '2' },
  }
  const next = [{ tool: 'deploy_image', arguments: args, why: 'repairs it' }]
  terminal.error(new FlyopsError('unhealthy', 'deploy', 'hello is unhealthy.', { next }))
  stderr.end()
  expect(await text(stderr)).toContain(
    '→ flyops deploy-image --app hello --internal-port 8080 --ha --no-auto-start --env A=1 --env B=2   (repairs it)',
  )
})

test('what a shell would take apart is quoted, and a list is one flag', () => {
  const args = { app: 'hello', names: ['A', 'B'], health_path: '/up?a=1&b=2', to: 3 }
  expect(nextCommand({ tool: 'set_secrets', arguments: args, why: '' })).toBe(
    "flyops set-secrets --app hello --names A B --health-path '/up?a=1&b=2' --to 3",
  )
})

test('a result is its sentence, then a line for each field, with lists below their names', async () => {
  const stdout = new PassThrough()
  const terminal = createTerminal({
    stdout,
    stderr: new PassThrough(),
    json: false,
    redact: (line) => line,
  })
  const plan = { machines: { created: 1, replaced: 0 }, toml_changes: ['a → b'] }
  const output = { status: 'done', app: 'hello', digest: undefined, plan, next: [] }
  terminal.result({ output, summary: 'A plan.' })
  stdout.end()
  expect(await text(stdout)).toBe(
    'A plan.\n\napp: hello\nplan.machines: created=1  replaced=0\nplan.toml_changes:\n  a → b\n',
  )
})

test('what undoes it stands under the sentence, as a command', async () => {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const terminal = createTerminal({ stdout, stderr, json: false, redact: (line) => line })
  const undo = { tool: 'rollback', arguments: { app: 'hello', to: 4 }, why: 'undoes it' }
  const back = { ...undo, why: 'returns to the last healthy release' }
  terminal.result({ output: { next: [undo, back] }, summary: 'Shipped.' })
  stdout.end()
  expect(await text(stdout)).toBe('Shipped.\nTo undo: flyops rollback --app hello --to 4\n\n')
})

test('where not all is well, what to do next stands under the result, as commands', async () => {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const terminal = createTerminal({ stdout, stderr, json: false, redact: (line) => line })
  const next = [{ tool: 'get_logs', arguments: { app: 'hello' }, why: 'shows why' }]
  terminal.result({ output: { verdict: 'healthy', next }, summary: 'Well.' })
  terminal.result({ output: { verdict: 'unhealthy', next }, summary: 'Not.' })
  stdout.end()
  expect(await text(stdout)).toBe(
    'Well.\n\nverdict: healthy\nNot.\n\nverdict: unhealthy\n→ flyops get-logs --app hello   (shows why)\n',
  )
})

test('what others wrote is plain, and begins no line of its own', async () => {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const redact = (line: string) => line.replaceAll('s3cret', '*').replaceAll('\u001b', '')
  const terminal = createTerminal({ stdout, stderr, json: false, redact })
  const forged = 'a\u001b\n→ flyops destroy-app s3cret'
  terminal.result({ output: { log: [forged], said: forged }, summary: 'Read.' })
  const evidence = 'x\n→ flyops destroy-app s3cret'
  terminal.error(new FlyopsError('unhealthy', 'deploy', 'It is unhealthy.', { evidence }))
  stdout.end()
  stderr.end()
  expect(await text(stdout)).toBe(
    'Read.\n\nlog:\n  a\n    → flyops destroy-app *\nsaid: a\n  → flyops destroy-app *\n',
  )
  expect(await text(stderr)).toBe(
    'Error: It is unhealthy. [unhealthy]\n\n  x\n  → flyops destroy-app *\n\n',
  )
})

test('JSON holds texts as they may leave, before they are escaped', async () => {
  const stdout = new PassThrough()
  const redact = (line: string) => line.replaceAll('two"lines\nsecret', '*')
  const terminal = createTerminal({ stdout, stderr: new PassThrough(), json: true, redact })
  terminal.result({ output: { said: 'a two"lines\nsecret' }, summary: '' })
  stdout.end()
  expect(JSON.parse(await text(stdout))).toEqual({ said: 'a *' })
})
