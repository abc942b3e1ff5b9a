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
const valid = 'Validating fly-x.toml\n✓ Configuration is valid\n\n'

describe('config validate', () => {
  test('accepts a good file without asking any API', async () => {
    expect(await validate(good)).toEqual({ exit: 0, stdout: valid, stderr: '' })
  })

  test('passes unknown keys over, and lists them with --strict', async () => {
    const toml = `bogus = 1\n${good}  colour = "red"\n[[http_service.checks]]\n  path = "/"\n  zzz = 1\n[[vm]]\n  gpuz = 1\n`
    expect((await validate(toml)).exit).toBe(0)
    expect(await validate(toml, '--strict')).toEqual({
      exit: 1,
      stdout: `${valid}\nStrict validation found unrecognised sections or keys:\n  - bogus\n  - http_service.colour\n  - http_service.checks[0].zzz\n\n\n`,
      stderr: 'Error: strict validation failed\n',
    })
  })

  test.for([
    [good.replace('8080', '"8080"'), 'string', 'http_service.internal_port', 'int'],
    [good.replace('8080', '80.5'), 'number', 'http_service.internal_port', 'int'],
    [`${good}  force_https = "maybe"\n`, 'string', 'http_service.force_https', 'bool'],
    [`${good}  auto_stop_machines = "later"\n`, 'string', 'http_service.auto_stop_machines', ''],
    [`${good}  processes = "app"\n`, 'string', 'http_service.processes', '[]struct'],
    ['http_service = 1\n', 'number', 'http_service', 'struct'],
    [`${good}[[http_service.checks]]\n interval = "soon"\n`, 'string', 'http_service.checks', ''],
    [`${good}[[services.ports]]\n port = "web"\n`, 'string', 'services.ports.port', 'port'],
  ])('names the field of a wrong type in %j', async ([toml = '', given, field, type]) => {
    const { exit, stdout, stderr } = await validate(toml)
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toContain(
      `Error: json: cannot unmarshal ${given} into Go struct field Config.${field}`,
    )
    expect(stderr).toContain(` of type ${type}`)
  })

  test('shows where a file is no toml', async () => {
    const { exit, stderr } = await validate('app = "x\n')
    expect(exit).toBe(1)
    expect(stderr).toMatch(/^Error: failed loading app config from fly-x\.toml: row 1 column 9\n/)
    expect(stderr).toContain('app = "x')
  })

  test('says which file is missing', async () => {
    const { exit, stderr } = await run(['config', 'validate', '-c', 'none.toml'], { cwd: folder })
    expect(exit).toBe(1)
    expect(stderr).toBe('Error: config file not found at specified path: none.toml\n')
  })

  test.for([
    [
      '[deploy]\n  strategy = "sideways"\n',
      "unsupported deployment strategy 'sideways'; Apps v2 supports the following strategies: canary, rolling, immediate, bluegreen",
    ],
    ['[checks.a]\n  type = "udp"\n', "Can't process top level check 'a': Missing or invalid"],
    ['[checks.a]\n  type = "tcp"\n  interval = "1s"\n', 'interval is too short: 1s, minimum is 2'],
    ['[checks.a]\n  type = "tcp"\n  timeout = "61s"\n', 'timeout is too long: 61s, maximum is 60'],
    ['[processes]\n  web = "x"\n', 'Service has no processes set but app has 1 processes defined'],
    ['[[restart]]\n  policy = "sometimes"\n', 'invalid restart policy: sometimes'],
    [
      '[[restart]]\n  policy = "always"\n  processes = ["web"]\n',
      "Restart policy specifies 'web' as one of its processes",
    ],
  ])('refuses %j', async ([toml = '', said = '']) => {
    const { exit, stdout, stderr } = await validate(good + toml)
    expect(exit).toBe(1)
    expect(stdout).toContain(said)
    expect(stdout).toContain('✘invalid app configuration')
    expect(stderr).toBe('Error: App configuration is not valid\n')
  })
})
