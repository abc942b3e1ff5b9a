import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fixtureProgram, mainScript } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, sandboxEnv } from './flyctls.js'
import { scratch } from './test-sandbox.js'

interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed'
  readonly detail: string
  readonly fix?: string
}

let project: Project

beforeAll(async () => {
  project = await createProject('hello')
})
afterAll(() => project?.remove())

/** `flyops doctor`, on a machine that differs from the sandbox's in its environment. */
async function examine(changes: Record<string, string | undefined> = {}, ...args: string[]) {
  const { stdout, exitCode } = await execa(
    process.execPath,
    [mainScript, 'doctor', '--json', ...args],
    { cwd: project.root, env: { ...sandboxEnv(), ...changes }, extendEnv: false, reject: false },
  )
  const { ok, checks, next } = JSON.parse(stdout)
  const found: readonly Finding[] = checks
  return {
    ok,
    next,
    exitCode,
    stdout,
    failed: found.flatMap(({ name, status }) => (status === 'failed' ? name : [])),
    of: (name: string) => found.find((each) => each.name === name),
    found,
  }
}

/** Until it fails these and no others: a machine that is busy may need more than the 2 s that doctor waits. */
function findFailed(failed: readonly string[], changes: Record<string, string | undefined>) {
  return vi.waitFor(
    async () => {
      const result = await examine(changes)
      const { ok, exitCode } = result
      expect({ failed: result.failed, ok, exitCode }).toEqual(
        failed.length === 0
          ? { failed, ok: true, exitCode: 0 }
          : { failed, ok: false, exitCode: 3 },
      )
      return result
    },
    { timeout: 60_000 },
  )
}

const nowhere = () => join(scratch(), 'nowhere')

describe('doctor', () => {
  test.each(flyctls.filter(({ isThere }) => isThere))(
    'finds nothing wrong in the sandbox, with $name',
    async ({ env }) => {
      const { next, of, stdout } = await findFailed([], env())
      expect(next).toEqual([])
      expect(of('engine')?.status).toBe('ok')
      expect(of('login')?.detail).toBe('sandbox@localhost, by FLY_API_TOKEN (a personal token)')
      expect(of('organizations')?.detail).toBe('personal')
      expect(of('git')?.detail).toMatch(/^clean, at [0-9a-f]{7}/)
      expect(of('dockerfile')?.status).toBe('ok')
      expect(stdout).not.toContain(sandboxEnv().FLY_API_TOKEN)
    },
  )

  test('says whether flyctl is the sandbox’s stand-in', async () => {
    const { of } = await findFailed([], {})
    expect(of('flyctl')?.detail).toContain('stand-in')
  })

  test('on a machine without docker names the ways to build elsewhere', async () => {
    const { of, next } = await findFailed(['docker'], { FLYOPS_DOCKER: nowhere() })
    expect(of('docker')?.fix).toMatch(/FLYOPS_BUILDKIT=tcp:.*DOCKER_HOST=ssh:.*CI/)
    expect(next).toMatchObject([{ tool: 'doctor', arguments: {} }])
  })

  test('on a machine whose engine is down', async () => {
    const { of } = await findFailed(['engine'], { DOCKER_HOST: `unix://${nowhere()}` })
    expect(of('docker')?.status).toBe('ok')
    expect(of('engine')?.fix).toContain('DOCKER_HOST=ssh://')
  })

  test('on a machine without flyctl', async () => {
    const { of } = await findFailed(['flyctl'], { FLYOPS_FLYCTL: nowhere() })
    expect(of('flyctl')?.fix).toContain('https://fly.io/docs/flyctl/install/')
  })

  test('does not hang with flyctl', async () => {
    const startedAt = performance.now()
    const hanging = await examine({ FLYOPS_FLYCTL: fixtureProgram('hanging-flyctl') })
    expect(performance.now() - startedAt).toBeLessThan(30_000)
    expect(hanging.failed).toContain('flyctl')
    for (const name of ['login', 'organizations']) expect(hanging.of(name)?.status).toBe('unknown')
    expect(hanging.of('flyctl')?.detail).toBe('No answer within 2 s.')
    expect(hanging.of('dockerfile')?.status).toBe('ok')
    expect(hanging.exitCode).toBe(3)
  })

  test.each([
    ['fo1_expired_token', 'FLY_API_TOKEN (a personal token)'],
    [undefined, 'fly auth login'],
  ])('logged out, with the token %s', async (token, login) => {
    const { of, stdout } = await findFailed(['login'], {
      FLY_API_TOKEN: token,
      FLY_CONFIG_DIR: nowhere(),
      HOME: nowhere(),
    })
    expect(of('login')?.detail).toBe(`Fly.io does not accept ${login}.`)
    expect(of('login')?.fix).toContain('fly auth login')
    expect(stdout).not.toContain('fo1_expired_token')
  })

  test('needs no project, and fails for nothing that is not there', async () => {
    const root = '/'
    const { found, of } = await examine(
      { PATH: nowhere(), FLYOPS_FLYCTL: nowhere() },
      '--root',
      root,
    )
    expect(found).toHaveLength(11)
    expect(of('git')?.fix).toContain('--root')
    for (const { name, status, fix } of found) {
      if (status === 'failed') expect(fix, name).toBeTruthy()
    }
  })

  test('refuses a context outside the project folder', async () => {
    const { stdout, exitCode } = await execa(
      process.execPath,
      [mainScript, 'doctor', '--json', '--context', '../..'],
      { cwd: project.root, env: sandboxEnv(), extendEnv: false, reject: false },
    )
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid_input' } })
  })
})
