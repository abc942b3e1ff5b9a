import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureProgram, mainScript } from '../support/paths.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

describe.each(flyctls)('a preview, with $name', ({ isThere, env: environment }) => {
  let project: Project
  let state: string

  beforeAll(async () => {
    project = await createProject('hello')
    state = await mkdtemp(join(scratch(), 'previews-'))
  })
  afterAll(() => project?.remove())

  function flyops(args: readonly string[], more: Record<string, string> = {}) {
    const env = { ...environment(), FLYOPS_STATE_DIR: state, ...more }
    const options = { cwd: project.root, env, extendEnv: false, reject: false } as const
    return execa(process.execPath, [mainScript, ...args, '--json'], options)
  }
  async function read(...args: string[]) {
    const { exitCode, stdout, stderr } = await flyops(args)
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stdout} ${stderr}`)
    return JSON.parse(stdout)
  }

  test.skipIf(!isThere)(
    'is shipped, listed, kept longer and reaped, also where a reaper was killed half way',
    async () => {
      const [app, other] = [uniqueName('pr-7'), uniqueName('mine')]
      const ship = ['ship', '--app', app, '--skip-test', '--health-path', '/info']
      expect(await read(...ship, '--ttl', '3d')).toMatchObject({ verdict: 'healthy' })
      expect(await read('create-app', '--app', other)).toMatchObject({ created: true })
      const { previews } = await read('reap-previews', '--apply')
      expect(previews).toMatchObject([{ app, state: 'wanted' }])
      const { apps } = await read('list-apps', '--match', app)
      expect(apps).toMatchObject([{ app, expires_at: previews[0].expires_at }])

      expect(await read(...ship, '--ttl', '1s')).toMatchObject({ verdict: 'healthy' })
      const shown = async () => (await read('reap-previews')).previews
      await expect.poll(shown, { timeout: 30_000 }).toMatchObject([{ app, state: 'expired' }])

      await killReaper()
      expect((await read('reap-previews', '--apply')).previews).toMatchObject([
        { app, state: 'destroyed' },
      ])
      expect(await shown()).toEqual([])
      // One by one: of all apps in the sandbox that tests share, a list shows the first alone.
      expect((await read('list-apps', '--match', app)).apps).toEqual([])
      expect((await read('list-apps', '--match', other)).apps).toMatchObject([{ app: other }])
    },
  )

  /** Kills it when it is about to destroy the app, and the flyctl that it began. */
  async function killReaper(): Promise<void> {
    const halted = await mkdtemp(join(scratch(), 'halted-'))
    const { FLYOPS_FLYCTL: wrapped = '' } = environment()
    const reaper = flyops(['reap-previews', '--apply'], {
      FLYOPS_FLYCTL: fixtureProgram('halting'),
      WRAPPED: wrapped,
      HALT_AT: 'apps destroy',
      HALTED: halted,
    })
    const pid = () => readFile(join(halted, '1', 'pid'), 'utf8').catch(() => '')
    await expect.poll(pid, { timeout: 60_000 }).not.toBe('')
    reaper.kill('SIGKILL')
    await reaper
    process.kill(Number(await pid()), 'SIGKILL')
  }
})
