import { describe, expect, test } from 'vitest'
import { readTranscript, run, serve } from './replay.js'

describe('version', () => {
  test('says that this is no flyctl', async () => {
    const { stdout } = await run(['version'])
    expect(stdout).toMatch(/^flyops sandbox stand-in for flyctl v\d+\.\d+\.\d+\S*\n$/)
  })

  test('--json is what tools read', async () => {
    const { stdout } = await run(['version', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ Name: 'flyctl', Environment: 'flyops-sandbox' })
    expect(stdout.trimEnd()).not.toContain('\n')
  })
})

test('the commands are listed', async () => {
  const { exit, stdout } = await run([])
  expect(exit).toBe(0)
  expect(stdout).toContain('flyctl apps create [name] --generate-name --org')
  expect((await run(['--help'])).stdout).toBe(stdout)
})

describe('the token', () => {
  const refusal = "Error: no access token available. Please login with 'flyctl auth login'\n"

  test.for([
    ['none', { FLY_API_TOKEN: undefined }],
    ['an empty FLY_ACCESS_TOKEN before a full FLY_API_TOKEN', { FLY_ACCESS_TOKEN: '' }],
  ] as const)('%s is refused before anything is asked', async ([, env]) => {
    for (const command of [['apps', 'list'], ['config', 'validate'], ['deploy']])
      expect(await run(command, { env })).toEqual({ exit: 1, stdout: '', stderr: refusal })
  })
})

test('an API that nobody serves is named', async () => {
  const { exit, stderr } = await run(['secrets', 'list', '--app', 'x'])
  expect(exit).toBe(1)
  expect(stderr).toBe(
    'Error: failed to list app secrets: Get "http://127.0.0.1:1/v1/apps/x/secrets": dial tcp 127.0.0.1:1: connect: connection refused\n',
  )
})

test('without the sandbox’s addresses nothing is asked of Fly.io', async () => {
  const { exit, stderr } = await run(['auth', 'whoami'], { env: { FLY_API_BASE_URL: undefined } })
  expect(exit).toBe(1)
  expect(stderr).toContain('FLY_API_BASE_URL is not set')
})

test.for<readonly [readonly string[], string]>([
  [['deploy', '--no-such-flag'], 'unknown flag: --no-such-flag'],
  [['deploy', '--no-such-flag=1'], 'unknown flag: --no-such-flag'],
  [['deploy', '-x'], 'unknown shorthand flag: -x'],
  [['deploy', '--image'], 'flag needs an argument: --image'],
  [['deploy', '--ha=maybe'], 'invalid argument "maybe" for "--ha" flag: invalid syntax'],
  [['deploy', '--ha', 'false'], 'unknown command "false" for "flyctl"'],
  [['ssh', 'console'], 'unknown command "ssh console" for "flyctl"'],
  [['apps', 'create', '--org', 'personal'], 'name argument or flag must be specified'],
  [['apps', 'destroy', 'x'], 'yes flag must be specified when not running interactively'],
  [['status'], 'the config for your app is missing an app name'],
  [['deploy', '--config', 'fly-hello1.toml', '--wait-timeout', 'soon'], 'invalid duration value'],
  [['deploy', '--config', 'fly-cold1.toml', '--strategy', 'sideways'], 'App configuration is not'],
])('%j is refused', async ([command, said]) => {
  const { exit, stderr } = await run(command)
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: expect.stringContaining(`Error: ${said}`),
  })
})

test.for<readonly [string, string]>([
  ['--strategy=canary', 'knows the strategies rolling and immediate, not canary'],
  ['--strategy=bluegreen', 'knows the strategies rolling and immediate, not bluegreen'],
])('%s is said to be beyond the stand-in', async ([flag, said]) => {
  const { command, exchanges } = await readTranscript('deploy-again')
  await using server = await serve(exchanges)
  const { exit, stderr } = await run([...command, flag], { url: server.url })
  expect(exit).toBe(1)
  expect(stderr).toContain(said)
  expect(server.asked.map(({ request }) => request)).not.toContain('POST /api/v1/releases')
})

test('apps create --generate-name makes a name up', async () => {
  const { exchanges } = await readTranscript('apps-create-taken')
  await using server = await serve(exchanges)
  await run(['apps', 'create', '--generate-name', '--org', 'personal'], { url: server.url })
  expect(server.asked.at(-1)?.body).toMatchObject({
    name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{3}$/),
  })
})
