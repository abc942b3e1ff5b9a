import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import { unwatched } from '../../src/flow/watch.js'
import { createFlyctl } from '../../src/fly/create-flyctl.js'
import { createJournal } from '../../src/journal/create-journal.js'
import type { Log } from '../../src/log.js'
import { createRunner } from '../../src/process/runner.js'
import { createApp } from '../../src/tools/create-app.js'
import { fixtureProgram } from '../support/paths.js'
import { type Play, played } from '../support/played.js'

const missing: Play = { stderr: 'Error: failed to get app: Could not find App "hello"\n', exit: 1 }
const made: Play = {
  stdout: JSON.stringify({
    Name: 'hello',
    Hostname: 'hello.fly.dev',
    AppURL: '',
    Organization: { Slug: 'acme', Name: 'Acme' },
  }),
}
const orgs = (...slugs: readonly string[]): Play => ({
  stdout: JSON.stringify(Object.fromEntries(slugs.map((slug) => [slug, slug.toUpperCase()]))),
})

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-create-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Calls the tool on a flyctl that plays a script; only what create_app uses is there. */
function call(script: Readonly<Record<string, Play>>, args: object, org?: string) {
  const { run } = createRunner({ log: { info() {} } as unknown as Log, redact: (text) => text })
  const found = async () => ({ program: fixtureProgram('fake-flyctl'), looked: [] })
  const flyctl = createFlyctl({
    run,
    find: found,
    findDocker: async () => ({ program: undefined, looked: [] }),
    redact: (text) => text,
    env: {
      PATH: process.env.PATH,
      FAKE_FLYCTL: played(script),
      FAKE_FLYCTL_CALLS: join(folder, 'calls'),
    },
  })
  const log = { info() {}, warn() {} } as unknown as Log
  const journal = createJournal({ file: join(folder, 'journal'), redact: (text) => text, log })
  const context = {
    flyctl,
    journal,
    watch: unwatched,
    org,
    signal: new AbortController().signal,
    progress() {},
  }
  return createApp.call(args, context as unknown as ToolContext)
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
}

describe('the organization of a new app', () => {
  test('is the only one', async () => {
    const { output } = await call(
      { status: missing, orgs: orgs('acme'), 'apps create': made },
      { app: 'hello' },
    )
    expect(output).toMatchObject({
      app: 'hello',
      created: true,
      org: 'acme',
      url: 'https://hello.fly.dev',
    })
    expect(await calls()).toContain('apps create hello --org acme --json')
  })

  test('is the one of the settings where there are several', async () => {
    await call(
      { status: missing, orgs: orgs('acme', 'beta'), 'apps create': made },
      { app: 'hello' },
      'beta',
    )
    expect(await calls()).toContain('apps create hello --org beta --json')
  })

  test('is asked for where nothing chooses it, with the list', async () => {
    await expect(
      call({ status: missing, orgs: orgs('acme', 'beta') }, { app: 'hello' }),
    ).rejects.toMatchObject({
      code: 'org_required',
      evidence: 'acme (ACME)\nbeta (BETA)',
    })
  })

  test('must be one that the login may see', async () => {
    const args = { app: 'hello', org: 'nosuch' }
    await expect(call({ status: missing, orgs: orgs('acme') }, args)).rejects.toMatchObject({
      code: 'unknown_org',
      evidence: 'acme (ACME)',
    })
  })
})

describe('the name of a new app', () => {
  test('may be left to Fly', async () => {
    const { output } = await call(
      { orgs: orgs('acme'), 'apps create': made },
      { generate_name: true },
    )
    expect(output).toMatchObject({ created: true })
    expect(await calls()).toContain('apps create --generate-name --org acme --json')
  })

  test.each([[{}], [{ app: 'hello', generate_name: true }], [{ generate_name: false }]])(
    'is either given or left to Fly: %j',
    async (args) => {
      await expect(call({}, args)).rejects.toMatchObject({ code: 'invalid_input' })
    },
  )

  test('that somebody else holds gives other names, and one call that cannot be refused', async () => {
    const taken = { stderr: 'Error: Validation failed: Name has already been taken\n', exit: 1 }
    const failure = call(
      { status: missing, orgs: orgs('acme'), 'apps create': taken },
      { app: 'hello' },
    )
    await expect(failure).rejects.toMatchObject({
      code: 'name_taken',
      next: [{ tool: 'create_app', arguments: { generate_name: true, org: 'acme' } }],
      remedy: expect.stringContaining('hello-app, hello-web'),
    })
  })
})
