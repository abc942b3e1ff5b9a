import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import { unwatched } from '../../src/flow/watch.js'
import type { Flyctl } from '../../src/fly/flyctl.js'
import { composeConfig } from '../../src/fly-toml/compose.js'
import { createAppLocks } from '../../src/jobs/app-locks.js'
import { createJournal } from '../../src/journal/create-journal.js'
import type { Log } from '../../src/log.js'
import { createProjectFolder } from '../../src/project/project-folder.js'
import { destroyApp } from '../../src/tools/destroy-app.js'
import { fakeFlyctl } from '../support/fake-programs.js'
import type { Play, Script } from '../support/played.js'

const log = { info() {}, warn() {}, error() {} } as unknown as Log
const platform = 'registry.fly.test'
const there = {
  stdout: JSON.stringify({
    Name: 'hello',
    AppURL: '',
    Hostname: 'hello.fly.dev',
    Status: 'deployed',
    Version: 3,
    Organization: { Slug: 'acme', Name: 'Acme' },
    Machines: [],
  }),
}
const gone = { stderr: 'Error: Could not find App "hello"\n', exit: 1 }
const script = { status: there, 'apps destroy': { stdout: 'Destroyed app hello\n' } }

let state: string
let project: string

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'flyops-destroy-'))
  project = await mkdtemp(join(tmpdir(), 'flyops-project-'))
})
afterEach(async () => {
  await rm(state, { recursive: true, force: true })
  await rm(project, { recursive: true, force: true })
})

const locks = () => createAppLocks({ folder: join(state, 'locks'), log })

/** Calls the tool on a flyctl that plays a script, and another one once the app is destroyed. */
function call(
  args: object,
  more: Partial<ToolContext> = {},
  plays: Script = script,
  afterwards: Play = gone,
) {
  const flyctl = fakeFlyctl({ folder: state, script: plays })
  const later = fakeFlyctl({ folder: state, script: { status: afterwards } })
  let isDestroyed = false
  const changing: Pick<Flyctl, 'destroyApp' | 'status'> = {
    async destroyApp(...given) {
      await flyctl.destroyApp(...given)
      isDestroyed = true
    },
    status: (...given) => (isDestroyed ? later : flyctl).status(...given),
  }
  const context = {
    flyctl: changing,
    journal: createJournal({ file: join(state, 'journal'), redact: (text) => text, log }),
    watch: unwatched,
    appLocks: locks(),
    folder: createProjectFolder(project),
    registryHost: platform,
    pid: process.pid,
    signal: new AbortController().signal,
    ...more,
  }
  return destroyApp.call(args, context as unknown as ToolContext)
}

const destroyCalls = async () =>
  (await readFile(join(state, 'calls'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('apps destroy'))

/** A person who types that, and the questions that they were asked. */
const typing = (typed: string, questions: string[]) => async (question: string) => {
  questions.push(question)
  return { typed }
}

const confirmed = { app: 'hello', confirm: 'hello' }

describe('who confirms', () => {
  test('a caller whose client cannot ask gives the name, and it is written down', async () => {
    expect((await call(confirmed)).output).toMatchObject({ app: 'hello', destroyed: true })
    expect(await destroyCalls()).toEqual(['apps destroy hello --yes'])
    const journal = await readFile(join(state, 'journal'), 'utf8')
    expect(journal).toContain('"tool":"destroy_app"')
    expect(journal).toContain('"status":"done"')
  })

  test.each([undefined, 'yes', 'hello-2', 'HELLO'])('not by %s', async (confirm) => {
    await expect(call({ app: 'hello', confirm })).rejects.toMatchObject({
      code: 'not_confirmed',
      remedy: expect.stringContaining('confirm: "hello"'),
    })
    expect(await destroyCalls()).toEqual([])
  })

  test('the person, where the client can ask: the question names what goes', async () => {
    const questions: string[] = []
    await call({ app: 'hello' }, { askToType: typing('hello', questions) })
    expect(questions).toEqual([expect.stringMatching(/hello of organization acme.*release 3/)])
    expect(await destroyCalls()).toHaveLength(1)
  })

  test('and then no argument of the caller in their place', async () => {
    const refused = call(confirmed, { askToType: async () => ({ typed: undefined }) })
    await expect(refused).rejects.toMatchObject({ code: 'not_confirmed' })
    expect(await destroyCalls()).toEqual([])
  })

  test('the caller again, where nobody could be asked', async () => {
    const nobody = { askToType: async () => undefined }
    await expect(call({ app: 'hello' }, nobody)).rejects.toMatchObject({
      remedy: expect.stringContaining('confirm: "hello"'),
    })
    await call(confirmed, nobody)
    expect(await destroyCalls()).toHaveLength(1)
  })
})

describe('the settings of the app', () => {
  const config = () => join(project, 'fly-hello.toml')
  const { text: ours } = composeConfig({
    app: 'hello',
    image: 'registry.fly.io/hello:1',
    settings: {},
    base: undefined,
  })

  test('go where flyops wrote them', async () => {
    await writeFile(config(), ours)
    const { output } = await call(confirmed)
    expect(output).toMatchObject({ config_removed: 'fly-hello.toml' })
    await expect(access(config())).rejects.toThrow()
  })

  test('stay where somebody else wrote them', async () => {
    await writeFile(config(), '# our own\napp = "hello"\n')
    expect((await call(confirmed)).output).not.toHaveProperty('config_removed')
    expect(await readFile(config(), 'utf8')).toContain('# our own')
  })

  test('stay where somebody has edited them', async () => {
    await writeFile(config(), `${ours}swap_size_mb = 512\n`)
    expect((await call(confirmed)).output).not.toHaveProperty('config_removed')
    expect(await readFile(config(), 'utf8')).toContain('swap_size_mb')
  })

  test('stay where the app does', async () => {
    await writeFile(config(), ours)
    const fails = { ...script, 'apps destroy': { stderr: 'Error: server on fire\n', exit: 1 } }
    await expect(call(confirmed, {}, fails)).rejects.toMatchObject({ stage: 'preflight' })
    await access(config())
    expect(await readFile(join(state, 'journal'), 'utf8')).toContain('"status":"failed"')
  })

  test.skipIf(process.getuid?.() === 0)('may stay, with a warning: the app is gone', async () => {
    await writeFile(config(), ours)
    await chmod(project, 0o555)
    const { output } = await call(confirmed).finally(() => chmod(project, 0o755))
    expect(output).toMatchObject({ destroyed: true, warnings: [{ code: 'config_kept' }] })
  })
})

describe('an app that flyctl has destroyed', () => {
  test('and that Fly still shows is not taken for gone', async () => {
    await expect(call(confirmed, {}, script, there)).rejects.toMatchObject({
      code: 'unknown_failure',
      next: [{ tool: 'check_health', arguments: { app: 'hello' } }],
    })
  })

  test('and that nobody can look for is destroyed, with a warning', async () => {
    const silent = { stderr: 'Error: server on fire\n', exit: 1 }
    expect((await call(confirmed, {}, script, silent)).output).toMatchObject({
      destroyed: true,
      warnings: [{ code: 'destroy_unverified', cosmetic: false }],
    })
  })
})

test('an app that does not exist is told, and nobody is asked', async () => {
  const missing = { stderr: 'Error: failed to get app: Could not find App "hello"\n', exit: 1 }
  const asked: string[] = []
  const refused = call(
    confirmed,
    { askToType: typing('hello', asked) },
    { ...script, status: missing },
  )
  await expect(refused).rejects.toMatchObject({ code: 'app_not_found' })
  expect(asked).toEqual([])
  expect(await destroyCalls()).toEqual([])
})

test('an app that is being deployed is not destroyed meanwhile', async () => {
  const holder = { jobId: 'job_1', pid: process.pid, since: new Date().toISOString() }
  const lock = await locks().take(`${platform}-hello`, holder)
  await expect(call(confirmed)).rejects.toMatchObject({ code: 'deploy_in_progress' })
  expect(await destroyCalls()).toEqual([])
  if (lock.kind === 'taken') await lock.release()
})
