import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDocker } from '../../src/docker/create-docker.js'
import { createRegistryLogin } from '../../src/docker/login.js'

let user: string

beforeEach(async () => {
  user = await mkdtemp(join(tmpdir(), 'flyops-user-'))
})
afterEach(() => rm(user, { recursive: true, force: true }))

describe('a docker configuration of our own', () => {
  test('carries over what reaches the engine, and no login', async () => {
    const config = {
      auths: { 'registry.example.com': { auth: 'c2VjcmV0' } },
      credsStore: 'desktop',
      credHelpers: { 'gcr.io': 'gcloud' },
      currentContext: 'mine',
      proxies: { default: { httpProxy: 'http://proxy' } },
      HttpHeaders: { 'X-Token': 'secret' },
    }
    await writeFile(join(user, 'config.json'), JSON.stringify(config))
    await mkdir(join(user, 'contexts', 'meta'), { recursive: true })
    await writeFile(join(user, 'contexts', 'meta', 'mine'), 'x')
    const login = await createRegistryLogin({ DOCKER_CONFIG: user })
    expect(JSON.parse(await readFile(join(login.folder, 'config.json'), 'utf8'))).toEqual({
      currentContext: 'mine',
      proxies: { default: { httpProxy: 'http://proxy' } },
    })
    expect(await readFile(join(login.folder, 'contexts', 'meta', 'mine'), 'utf8')).toBe('x')
    await login.remove()
    expect(await readdir(join(user, 'contexts', 'meta'))).toEqual(['mine'])
  })

  test('is for this user alone, and goes away', async () => {
    const login = await createRegistryLogin({ HOME: user })
    expect((await stat(login.folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(login.folder, 'config.json'))).mode & 0o777).toBe(0o600)
    await login.remove()
    await expect(stat(login.folder)).rejects.toThrow('ENOENT')
  })

  test('a configuration that cannot be read carries nothing over', async () => {
    await writeFile(join(user, 'config.json'), '{ broken')
    const login = await createRegistryLogin({ DOCKER_CONFIG: user })
    expect(await readFile(join(login.folder, 'config.json'), 'utf8')).toBe('{}')
    await login.remove()
  })
})

test('without docker there is none: flyctl would log in for the user’s own configuration', async () => {
  const docker = createDocker({
    run: () => Promise.reject(new Error('nothing is started')),
    find: async () => ({ program: undefined, looked: ['/usr/bin'] }),
    env: {},
  })
  await expect(docker.createLogin()).rejects.toMatchObject({ code: 'docker_missing' })
})
