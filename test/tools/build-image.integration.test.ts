import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject, type Project } from '../support/project.js'

const script = {
  '--version': { stdout: 'Docker version 28.2.2, build 0000000' },
  'buildx version': { stdout: 'github.com/docker/buildx v0.30.1 0000000' },
  'buildx build': { stderr: 'ERROR: no builder "elsewhere" found', exit: 1 },
}

let project: Project
let client: TestClient
let calls: string

beforeEach(async () => {
  project = await createProject('hello')
  calls = join(project.root, '.git', 'calls')
  client = await connect()
})
afterEach(async () => {
  await client.close()
  await project.remove()
})

function connect(more: Readonly<Record<string, string>> = {}): Promise<TestClient> {
  return connectClient({
    root: project.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: project.root,
      FLYOPS_STATE_DIR: join(project.root, '.git', 'state'),
      FLYOPS_DOCKER: fixtureProgram('fake-docker'),
      FAKE_DOCKER: played(script),
      FAKE_DOCKER_CALLS: calls,
      NPM_TOKEN: 'hush-0123456789',
      FLYOPS_HTTP_TOKEN: 'not-for-callers-0123',
      ...more,
    },
  })
}

/** How docker was asked to build. */
async function buildCall(): Promise<string> {
  const lines = (await readFile(calls, 'utf8')).split('\n')
  return lines.find((line) => line.startsWith('buildx build')) ?? ''
}

test('a program does not learn what callers log in with', async () => {
  const printing = { ...script, 'buildx build': { printsEnvironment: true, exit: 1 } }
  await client.close()
  client = await connect({ FAKE_DOCKER: played(printing) })
  const error = await client.fail('build_image', { app: 'hello' })
  expect(error.evidence).toContain('NPM_TOKEN')
  expect(error.evidence).not.toContain('FLYOPS_HTTP_TOKEN')
})

test('a builder is passed on, and docker’s refusal is shown', async () => {
  const error = await client.fail('build_image', { app: 'hello', builder: 'elsewhere' })
  expect(await buildCall()).toContain(' --builder elsewhere ')
  expect(error.evidence).toContain('no builder')
})

test('secrets go by the names of their places, and no value is anywhere', async () => {
  await project.write('.npmrc', 'token=hush-9876543210')
  const secrets = { npm: { env: 'NPM_TOKEN' }, rc: { file: '.npmrc' } }
  const error = await client.fail('build_image', { app: 'hello', secrets })
  const call = await buildCall()
  expect(call).toContain('--secret id=npm,env=NPM_TOKEN')
  expect(call).toMatch(/--secret id=rc,src=\S+\.npmrc/)
  const journal = await readFile(join(project.root, '.git', 'state', 'journal.jsonl'), 'utf8')
  for (const text of [call, error.text, client.log(), journal]) expect(text).not.toContain('hush')
})

test.each([
  ['one that is not set', { id: { env: 'NOWHERE' } }],
  ['two places at once', { id: { env: 'NPM_TOKEN', file: '.npmrc' } }],
  ['no place', { id: {} }],
  ['a file outside', { id: { file: '/etc/passwd' } }],
  ['an id that would be another option', { 'a,src=/etc/passwd': { env: 'NPM_TOKEN' } }],
])('a secret of %s is refused before anything starts', async (_what, secrets) => {
  const error = await client.fail('build_image', { app: 'hello', secrets })
  expect(error.code).toBe('invalid_input')
  expect(await buildCall().catch(() => '')).toBe('')
})
