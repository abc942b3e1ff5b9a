import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectClient } from '../support/client.js'
import {
  bearer,
  errorCodeOf,
  type HttpServer,
  replyOf,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { fixtureProgram } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject, type Project } from '../support/project.js'
import { status } from './hostile-flyctl.js'

const app = 'hello'
const callersToken = 'token-0123456789abcdef'
const logins = {
  FLY_API_TOKEN: 'login-of-flyops-0123456789',
  FLYOPS_GIT_TOKEN: 'login-to-git-0123456789',
  FLYOPS_HTTP_TOKEN: callersToken,
}
/** The same values under names that say nothing. */
const aliases = { ALIAS: logins.FLY_API_TOKEN, URL_OF_IT: `https://x:${logins.FLYOPS_GIT_TOKEN}@h` }

const files = {
  '.env.fly': 'FLY_API_TOKEN=another-login-0123456789\nOTHER=x-0123456789\n',
  '.env': 'OTHER=x-0123456789\n',
  'alias.env': `ALIAS=${logins.FLY_API_TOKEN}\nOTHER=x-0123456789\n`,
  'database.env': 'FLYOPS_DATABASE_URL=postgres://flyops:p@db/flyops\nOTHER=x-0123456789\n',
  'config.yml': 'access_token: fm2_lJPECAAAAAAAABCD\n',
  'tokens.json': JSON.stringify({ env: { FLYOPS_GIT_TOKEN: 'x' } }),
}

let project: Project
let folder: string
let calls: string
let server: HttpServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-own-'))
  calls = join(folder, 'calls')
  project = await createProject('hello')
  for (const [name, text] of Object.entries(files)) await project.write(name, text)
  server = await startHttpServer({ root: project.root, env: environment() })
})
afterAll(async () => {
  await server?.stop()
  await project?.remove()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => writeFile(calls, ''))

function environment() {
  return {
    ...logins,
    ...aliases,
    OTHER: 'x-0123456789',
    FAKE_FLYCTL: played({ status: status([]), 'secrets import': { exit: 0 } }),
    FAKE_FLYCTL_CALLS: calls,
    FAKE_DOCKER_CALLS: calls,
  }
}

async function call(tool: string, args: object) {
  const headers = bearer(callersToken)
  return send(server.url, { headers, body: toolCall(tool, { app, ...args }) })
}

const fromFile = (file: string, ...names: string[]) => ({ names, from: 'file', file })
const fromEnv = (...names: string[]) => ({ names, from: 'env' })
const secretOf = (place: object) => ({ secrets: { id: place } })

describe('a caller with a token of its own does not get the logins of flyops', () => {
  test.each([
    ['set_secrets', fromEnv('FLY_API_TOKEN')],
    ['set_secrets', fromEnv('OTHER', 'FLYOPS_HTTP_TOKEN')],
    ['set_secrets', fromEnv('ALIAS')],
    ['set_secrets', fromEnv('URL_OF_IT')],
    ['set_secrets', fromFile('.env.fly', 'FLY_API_TOKEN')],
    ['set_secrets', fromFile('.env.fly', 'OTHER')],
    ['set_secrets', fromFile('.env', 'FLY_ACCESS_TOKEN')],
    ['set_secrets', fromFile('alias.env', 'ALIAS')],
    ['set_secrets', fromFile('alias.env', 'OTHER')],
    ['set_secrets', fromFile('database.env', 'OTHER')],
    ['build_image', secretOf({ env: 'FLYOPS_GIT_TOKEN' })],
    ['build_image', secretOf({ env: 'ALIAS' })],
    ['build_image', secretOf({ file: '.env.fly' })],
    ['build_image', secretOf({ file: 'alias.env' })],
    ['build_image', secretOf({ file: 'config.yml' })],
    ['build_image', secretOf({ file: 'tokens.json' })],
  ])('%s: %j', async (tool, args) => {
    const answer = await call(tool, args)
    expect(errorCodeOf(answer)).toBe('forbidden')
    for (const value of Object.values(logins)) expect(answer.text).not.toContain(value)
    expect(await readFile(calls, 'utf8')).not.toMatch(/secrets import|build /)
  })

  test.each([fromEnv('OTHER'), fromFile('.env', 'OTHER')])('but other values: %j', async (args) => {
    const answer = await call('set_secrets', args)
    expect(replyOf(answer).result?.structuredContent).toMatchObject({ set: ['OTHER'] })
  })

  test('nor lines of a file that is no Dockerfile, or no toml', async () => {
    const built = await call('build_image', { dockerfile: '.env' })
    const image = 'registry.fly.io/hello:1'
    const deployed = await call('deploy_image', { image, dry_run: true, base_config: '.env' })
    for (const answer of [built, deployed]) {
      expect(errorCodeOf(answer)).toBe('invalid_input')
      expect(answer.text).not.toContain('x-0123456789')
    }
  })
})

test('the person at the machine may give one to an app', async () => {
  const client = await connectClient({
    root: project.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      FLYOPS_STATE_DIR: join(folder, 'state'),
      FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
      ...environment(),
    },
  })
  const set = fromFile('.env.fly', 'FLY_API_TOKEN')
  expect(await client.call('set_secrets', { app, ...set })).toMatchObject({
    set: ['FLY_API_TOKEN'],
  })
  await client.close()
})
