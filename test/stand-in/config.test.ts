import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from './replay.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyctl-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function validate(toml: string, ...flags: readonly string[]) {
  await writeFile(join(folder, 'fly-x.toml'), toml)
  return run(['config', 'validate', '-c', 'fly-x.toml', ...flags], { cwd: folder })
}

const good = 'app = "x"\n[http_service]\n  internal_port = 8080\n'
const valid = '\u001b[32m✓\u001b[0m Configuration is valid\n'

describe('config validate', () => {
  test('accepts a good file without asking any API', async () => {
    const stdout = `Validating fly-x.toml\n${valid}\n`
    expect(await validate(good)).toEqual({ exit: 0, stdout, stderr: '' })
  })

  test('passes unknown keys over, and lists them with --strict', async () => {
    const toml = `bogus = 1\n${good}  colour = "red"\n[[http_service.checks]]\n  path = "/"\n  zzz = 1\n[[vm]]\n  gpuz = 1\n`
    expect((await validate(toml)).exit).toBe(0)
    const strict = await validate(toml, '--strict')
    expect(strict.exit).toBe(1)
    expect(strict.stderr).toBe('Error: strict validation failed\n')
    expect(strict.stdout).toBe(
      `Validating fly-x.toml\n${valid}\n\nStrict validation found unrecognised sections or keys:\n  - bogus\n  - http_service.colour\n  - http_service.checks[0].zzz\n\n\n`,
    )
  })

  test('names the field of a wrong type', async () => {
    const { exit, stdout, stderr } = await validate(good.replace('8080', '"8080"'))
    const reason =
      'json: cannot unmarshal string into Go struct field HTTPService.http_service.internal_port of type int'
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toBe(
      `\u001b[33mWARN\u001b[0m WARNING the config file at 'fly-x.toml' is not valid: ${reason}\nError: ${reason}\n`,
    )
  })

  test('shows where a file is no toml', async () => {
    const { exit, stderr } = await validate('app = "x\n')
    expect(exit).toBe(1)
    expect(stderr).toMatch(
      /^Error: failed loading app config from fly-x\.toml: row 1 column 9\n1\| app = "x\n \| {9}~ \S/,
    )
  })

  test('says which file is missing', async () => {
    const { exit, stderr } = await run(['config', 'validate', '-c', 'none.toml'], { cwd: folder })
    expect(exit).toBe(1)
    expect(stderr).toBe(
      'Error: config file not found at specified path: none.toml (also tried: none.toml/fly.toml)\n',
    )
  })

  test.for([
    [
      '[deploy]\n  strategy = "sideways"\n',
      "unsupported deployment strategy 'sideways'; Apps v2 supports the following strategies: canary, rolling, immediate, bluegreen",
    ],
    ['[checks.a]\n  type = "udp"\n', "Can't process top level check 'a': Missing or invalid"],
    ['[checks.a]\n  type = "tcp"\n  interval = "1s"\n', 'interval is too short: 1s, minimum is 2'],
    ['[checks.a]\n  type = "tcp"\n  timeout = "61s"\n', 'timeout is too long: 1m1s, maximum is 60'],
    ['[processes]\n  app = "a \'b"\n', 'EOF found when expecting closing quote'],
    ['[processes]\n  web = "x"\n', 'Service has no processes set but app has 1 processes defined'],
    ['[[restart]]\n  policy = "sometimes"\n', 'invalid restart policy: sometimes'],
    ['[mounts]\n  source = "d"\n  initial_size = "x"\n', "invalid size: 'x'"],
    ['[mounts]\n  source = "d"\n  snapshot_retention = 99\n', 'between 1 and 60 days inclusive'],
  ])('refuses %j', async ([toml = '', said = '']) => {
    const { exit, stdout, stderr } = await validate(good + toml)
    expect(exit).toBe(1)
    expect(stdout).toContain(said)
    expect(stdout).toContain('✘\u001b[0minvalid app configuration')
    expect(stderr).toBe('Error: App configuration is not valid\n')
  })

  test('only warns of odd check times', async () => {
    const toml = `${good}[[http_service.checks]]\n  interval = "10ms"\n  timeout = "2m"\n`
    const { exit, stdout } = await validate(toml)
    expect(exit).toBe(0)
    expect(stdout).toContain('an interval less than 1 second (10ms); this will be raised')
    expect(stdout).toContain('a timeout greater than 1 minute (2m0s); this will be lowered')
  })
})

test('config show prints the local file as flyctl reads it', async () => {
  await writeFile(join(folder, 'fly-x.toml'), `${good}[env]\n  N = 1\n[[vm]]\n  memory = 512\n`)
  const { stdout } = await run(['config', 'show', '--local', '-c', 'fly-x.toml'], { cwd: folder })
  expect(stdout).toBe(`{
  "app": "x",

  "env": {
    "N": "1"
  },

  "http_service": {
    "internal_port": 8080
  },

  "vm": [
    {
      "memory": "512"
    }
  ]
}
`)
})
