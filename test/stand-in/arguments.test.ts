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

describe('the token', () => {
  const refusal = "Error: no access token available. Please login with 'flyctl auth login'\n"

  test.for([
    ['none', { FLY_API_TOKEN: undefined }],
    ['an empty FLY_ACCESS_TOKEN before a full FLY_API_TOKEN', { FLY_ACCESS_TOKEN: '' }],
  ] as const)('%s is refused before anything is asked', async ([, env]) => {
    for (const command of [['apps', 'list'], ['config', 'validate'], ['deploy']])
      expect(await run(command, { env })).toEqual({ exit: 1, stdout: '', stderr: refusal })
  })

  test('--access-token overrules the environment', async () => {
    const { exchanges } = await readTranscript('auth-whoami')
    await using server = await serve(exchanges)
    const env = { FLY_ACCESS_TOKEN: '' }
    expect((await run(['auth', 'whoami', '-t', 'x'], { url: server.url, env })).exit).toBe(0)
  })
})

test('an API that nobody serves is named', async () => {
  const { exit, stderr } = await run(['checks', 'list', '-a', 'x', '--json'])
  expect(exit).toBe(1)
  expect(stderr).toBe(
    'Error: failed to list active VMs: Get "http://127.0.0.1:1/v1/apps/x/machines": dial tcp 127.0.0.1:1: connect: connection refused\n',
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
  [['deploy', '-x'], "unknown shorthand flag: 'x' in -x"],
  [['deploy', '--image'], 'flag needs an argument: --image'],
  [
    ['deploy', '--ha=maybe'],
    'invalid argument "maybe" for "--ha" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  [['secrets', 'set'], 'requires at least 1 arg(s), only received 0'],
])('%j is refused, and the usage is on standard output', async ([command, said]) => {
  const { exit, stdout, stderr } = await run(command)
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: `Error: ${said}\n` })
  expect(stdout).toMatch(/^Usage:\n {2}flyctl /)
})

test('an unknown command is refused', async () => {
  const { exit, stderr } = await run(['ssh', 'console'])
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: 'Error: unknown command "ssh console" for "flyctl"\n',
  })
})

test('--help is no failure', async () => {
  const { exit, stdout, stderr } = await run(['deploy', '--help'])
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  expect(stdout).toContain('--wait-timeout string')
})

test('the app comes from --app, then FLY_APP, then the file', async () => {
  const { exchanges } = await readTranscript('checks-list-missing-app')
  await using server = await serve(exchanges)
  const asked = async (command: readonly string[], env = {}) => {
    await run(['checks', 'list', '--json', ...command], { url: server.url, env })
    return server.asked.at(-1)?.request
  }
  const file = ['-c', 'fly-hello1.toml']
  expect(await asked(file)).toBe('GET /v1/apps/hello1/machines')
  expect(await asked(file, { FLY_APP: 'two' })).toBe('GET /v1/apps/two/machines')
  expect(await asked([...file, '-a', 'one'], { FLY_APP: 'two' })).toBe('GET /v1/apps/one/machines')
  expect((await run(['status'])).stderr).toContain('missing an app name')
})

test.for<readonly [readonly string[], string]>([
  [[], 'name argument or flag must be specified when not running interactively'],
  [['a1', '--name', 'b1'], 'two app names specified a1 and b1, only one may be specified'],
])('apps create %j is refused', async ([args, said]) => {
  const { exit, stderr } = await run(['apps', 'create', ...args, '--org', 'personal'])
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: `Error: ${said}\n` })
})

test('apps create --generate-name makes a name up', async () => {
  const { exchanges } = await readTranscript('apps-create-taken')
  await using server = await serve(exchanges)
  await run(['apps', 'create', '--generate-name', '--org', 'personal'], { url: server.url })
  expect(server.asked.at(-1)?.body).toMatchObject({
    name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{3}$/),
  })
})
