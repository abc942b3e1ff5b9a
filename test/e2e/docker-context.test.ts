import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

let configFolder: string
let project: Project
let client: TestClient

/** A user whose engine is known by a docker context alone, with a login of another registry. */
beforeAll(async () => {
  const { DOCKER_HOST = 'unix:///var/run/docker.sock', ...env } = sandboxEnv()
  configFolder = await mkdtemp(join(tmpdir(), 'flyops-context-'))
  const auths = { 'registry.example.com': { auth: Buffer.from('joe:secret').toString('base64') } }
  await writeFile(join(configFolder, 'config.json'), JSON.stringify({ auths }))
  const userEnv = { ...env, DOCKER_CONFIG: configFolder }
  const docker = (...args: string[]) => execa('docker', args, { env: userEnv, extendEnv: false })
  await docker('context', 'create', 'mine', '--docker', `host=${DOCKER_HOST}`)
  await docker('context', 'use', 'mine')
  project = await createProject('hello')
  client = await connectClient({ root: project.root, env: userEnv })
})
afterAll(async () => {
  await client?.close()
  await project?.remove()
  await rm(configFolder, { recursive: true, force: true })
})

test('an engine that only a docker context reaches builds and pushes, and the user’s file stays as it is', async () => {
  const app = uniqueName('context')
  const before = await readFile(join(configFolder, 'config.json'), 'utf8')
  await client.call('create_app', { app })
  const { image } = await client.call<{ image: string }>('build_image', { app })
  expect(await client.call('push_image', { image })).toMatchObject({ verified: true })
  expect(await readFile(join(configFolder, 'config.json'), 'utf8')).toBe(before)
})
