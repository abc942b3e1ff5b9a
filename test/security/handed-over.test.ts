import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject, type Project } from '../support/project.js'

const value = 'hush-0123456789'
const script = {
  '--version': { stdout: 'Docker version 28.2.2, build 0000000' },
  'buildx version': { stdout: 'github.com/docker/buildx v0.30.1 0000000' },
  'buildx build': { stderr: `ERROR: it is ${value}`, exit: 1 },
}

const status = {
  Name: `${value}-app`,
  Hostname: 'hello.fly.dev',
  AppURL: 'https://hello.fly.dev',
  Status: 'deployed',
  Version: 1,
  Organization: { Slug: 'acme', Name: 'Acme' },
  Machines: [],
}
const flyctl = {
  'secrets import': { exit: 0 },
  'apps destroy': { exit: 0 },
  status: { stdout: JSON.stringify(status) },
}

let folder: string
let project: Project
let client: TestClient

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-handed-'))
  project = await createProject('hello')
  client = await connectClient({
    root: project.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      FLYOPS_STATE_DIR: folder,
      FLYOPS_DOCKER: fixtureProgram('fake-docker'),
      FAKE_DOCKER: played(script),
      FAKE_DOCKER_CALLS: join(folder, 'calls'),
      FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
      FAKE_FLYCTL: played(flyctl),
      FAKE_FLYCTL_CALLS: join(folder, 'calls'),
      TOKEN: value,
      NAME: `${value}-app`,
    },
  })
})
afterEach(async () => {
  await client.close()
  await project.remove()
  await rm(folder, { recursive: true, force: true })
})

const set = (...names: string[]) =>
  client.call('set_secrets', { app: 'hello', names, from: 'env', stage: true })

test('a secret stands in no error, log or journal from then on, whoever writes it there', async () => {
  await set('TOKEN')
  const error = await client.fail('build_image', { app: 'hello', target: value })
  expect(error.evidence).toContain('it is [redacted]')
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8')
  for (const text of [error.text, JSON.stringify(error), client.log(), journal]) {
    expect(text).not.toContain(value)
    expect(text).toContain('[redacted]')
  }
})

test('one that is the name of an app is hidden, and what flyctl says of the app is still understood', async () => {
  await set('NAME')
  const app = `${value}-app`
  // This flyctl shows the app for ever: the name that it tells must have been the one that was confirmed.
  const error = await client.fail('destroy_app', { app, confirm: app })
  expect(error).toMatchObject({ code: 'unknown_failure' })
  expect(JSON.stringify(error)).not.toContain(value)
  expect(error.text).toContain('[redacted] as destroyed, and Fly still shows it')
})
