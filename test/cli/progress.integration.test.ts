import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLiveProgress, createProgressLines } from '../../src/cli/progress.js'
import { fixtureProgram, mainScript } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject, type Project } from '../support/project.js'

test('lines say each message once', async () => {
  const stderr = new PassThrough()
  const progress = createProgressLines(stderr)
  for (const message of ['building', 'building', 'pushing']) progress.report({ message })
  stderr.end()
  expect(await text(stderr)).toBe('… building\n… pushing\n')
})

test('the live line has stage, percent, time and message, and no more than the terminal is wide', async () => {
  const written = new PassThrough()
  const stderr = Object.assign(written, { columns: 40 })
  const times = [0, 75_000, 76_000]
  const progress = createLiveProgress({ stderr, now: () => times.shift() ?? 76_000 })
  progress.report({ stage: 'build', percent: 44.6, message: 'RUN   make all' })
  progress.report({ message: 'x'.repeat(100) })
  progress.stop()
  written.end()
  const shown = stripVTControlCharacters(await text(written))
  const lines = shown.split('\n').filter((line) => line !== '')
  expect(lines).toContainEqual(expect.stringContaining('build · 45 % · 1:15 · RUN make all'))
  const last = lines.at(-1) ?? ''
  expect(last).toContain('build · 1:16 · xxx')
  expect(last.length).toBeLessThan(40)
})

/** A docker whose build says something, and fails. */
const docker = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
  build: { stderr: '#5 [2/2] RUN make\n', exit: 1 },
}

const runsScript = existsSync('/usr/bin/script')

describe.runIf(runsScript)('on a terminal', () => {
  let project: Project
  let folder: string

  beforeAll(async () => {
    project = await createProject('hello')
    folder = await mkdtemp(join(tmpdir(), 'flyops-terminal-'))
  })
  afterAll(async () => {
    await project.remove()
    await rm(folder, { recursive: true, force: true })
  })

  async function build(env: Record<string, string>, args = '') {
    const command = `${process.execPath} ${mainScript} build-image --app hello ${args}`
    const { stdout, exitCode } = await execa('/usr/bin/script', ['-qec', command, '/dev/null'], {
      cwd: project.root,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        TERM: 'xterm-256color',
        FLYOPS_STATE_DIR: join(folder, 'state'),
        FLYOPS_DOCKER: fixtureProgram('fake-docker'),
        FAKE_DOCKER: played(docker),
        FAKE_DOCKER_CALLS: join(folder, 'calls'),
        ...env,
      },
    })
    expect(exitCode).toBe(1)
    return stdout
  }
  const clearLine = '\u001b[0K'
  const cyan = '\u001b[36m'

  test('progress is one line that is written over, and gone when the result comes', async () => {
    const shown = await build({})
    expect(shown).toContain(clearLine)
    expect(shown).toContain(cyan)
    expect(shown.slice(shown.lastIndexOf(clearLine))).toContain('Error: ')
    expect(shown).not.toContain('… ')
  })

  test('NO_COLOR takes the colour alone', async () => {
    const shown = await build({ NO_COLOR: '1' })
    expect(shown).toContain(clearLine)
    expect(shown).not.toContain(cyan)
  })

  test.each([{ CI: 'true' }, { TERM: 'dumb' }])('with %j it is plain lines', async (env) => {
    const shown = await build(env)
    expect(shown).toContain('… ')
    expect(shown).not.toContain('\u001b[')
  })
})
