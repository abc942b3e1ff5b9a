import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mainScript } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

let project: Project

beforeAll(async () => {
  project = await createProject('hello')
})
afterAll(() => project?.remove())

function flyops(...args: string[]) {
  return execa(process.execPath, [mainScript, ...args], {
    cwd: project.root,
    env: sandboxEnv(),
    extendEnv: false,
    reject: false,
  })
}

describe('the verbs of the command line', () => {
  test('take a commit to a healthy app, with JSON and nothing else on standard output', async () => {
    const app = uniqueName('verbs')
    const read = async (...args: string[]) => {
      const { stdout, exitCode, stderr } = await flyops(...args, '--json')
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
        exitCode: 0,
        stderr: '',
      })
      return JSON.parse(stdout)
    }
    expect(await read('create-app', '--app', app)).toMatchObject({ created: true })
    const { image } = await read('build-image', '--app', app)
    expect(await read('push-image', '--image', image)).toMatchObject({ verified: true })
    expect(
      await read(
        'deploy_image',
        '--app',
        app,
        '--image',
        image,
        '--env',
        'COLOUR=blue',
        '--min-machines-running',
        '1',
      ),
    ).toMatchObject({ verdict: 'healthy' })
    expect(await read('list-releases', '--app', app, '--limit', '1')).toMatchObject({
      releases: [{ version: 1, current: true }],
    })
    const { stdout, exitCode } = await flyops('check-health', '--app', app)
    expect(stdout).toContain(`${app} is healthy`)
    expect(exitCode).toBe(0)
  })

  test('refuse bad input with exit status 2 before anything is started', async () => {
    const { exitCode, stdout } = await flyops('create-app', '--app', 'Bad_Name', '--json')
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid_input' } })
    expect(await flyops('create-app', '--no-such-flag')).toMatchObject({ exitCode: 2 })
  })

  test('explain themselves', async () => {
    const { stdout, exitCode } = await flyops('deploy-image', '--help')
    expect(exitCode).toBe(0)
    for (const flag of [
      '--health-path',
      '--internal-port',
      '--dry-run',
      '--no-force-https',
      '--json',
    ]) {
      expect(stdout).toContain(flag)
    }
    expect((await flyops('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/)
  })
})
