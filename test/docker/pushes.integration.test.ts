import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDocker } from '../../src/docker/create-docker.js'
import type { Docker, RegistryLogin } from '../../src/docker/docker.js'
import { dockerPrograms } from '../support/docker-variants.js'
import { canStartEngine, run, useEngine } from '../support/engine.js'
import { descendants } from '../support/processes.js'
import { startRegistry, type TestRegistry } from '../support/test-registry.js'

const userConfig = '{"auths":{"registry.example.com":{"auth":"am9lOnNlY3JldA=="}}}'
const programs = await dockerPrograms()

describe.runIf(canStartEngine)('a real registry behind a login', () => {
  const engine = useEngine()
  let registry: TestRegistry
  let user: string

  beforeAll(async () => {
    registry = await startRegistry(engine())
    user = await mkdtemp(join(tmpdir(), 'flyops-push-test-'))
    await writeFile(join(user, 'config.json'), userConfig)
  })
  afterAll(async () => {
    await registry?.stop()
    await rm(user, { recursive: true, force: true })
  })

  describe.each(programs)('%s', (program) => {
    let docker: Docker
    let login: RegistryLogin
    let image: string
    let count = 0

    beforeEach(async () => {
      registry.behave('well')
      const env = { ...process.env, DOCKER_CONFIG: user, DOCKER_HOST: engine().dockerHost }
      docker = createDocker({ run, find: async () => ({ program, looked: [] }), env })
      login = await docker.createLogin()
      await writeFile(join(login.folder, 'config.json'), registry.config)
      count += 1
      image = await makeImage(`hello:${count}-${Date.now()}`)
    })
    afterEach(async () => {
      expect(await readFile(join(user, 'config.json'), 'utf8')).toBe(userConfig)
      await login.remove()
    })

    /** An image with a layer of its own. */
    async function makeImage(name: string): Promise<string> {
      const reference = `${registry.host}/${name}`
      const cli = engine().docker
      const id = await cli.text(['create', 'busybox', 'true'])
      await cli.text(['commit', `--change=ENV NAME=${name}`, id, reference])
      await cli.text(['rm', id])
      return reference
    }

    test('has what was pushed, and is not sent it again', async () => {
      expect(await docker.inspectRemote(image, login)).toEqual({ kind: 'absent' })
      const messages: string[] = []
      const first = await docker.push(image, login, {
        onProgress: ({ message }) => void messages.push(message),
      })
      expect(first).toMatchObject({ kind: 'pushed', digest: expect.stringMatching(/^sha256:/) })
      expect(messages.at(-1)).toMatch(/^pushing: (\d+) of \1 layers$/)
      const remote = await docker.inspectRemote(image, login)
      const local = await docker.inspectImage(image)
      expect(remote).toMatchObject({
        kind: 'found',
        digest: first.kind === 'pushed' ? first.digest : '',
        configDigest: local?.imageId,
      })
      const second = await docker.push(image, login)
      const layers = remote.kind === 'found' ? remote.layers : 0
      expect(second).toMatchObject({ kind: 'pushed', layers: { pushed: 0, existing: layers } })
      const byDigest = `${registry.host}/hello@${remote.kind === 'found' ? remote.digest : ''}`
      expect(await docker.inspectRemote(byDigest, login)).toEqual(remote)
      expect(await readdir(login.folder)).toEqual(['config.json'])
    })

    test('refuses an expired login, at once and not after docker’s 50 seconds', async () => {
      registry.behave('expired')
      expect(await docker.inspectRemote(image, login)).toMatchObject({ kind: 'unauthorized' })
      const startedAtMs = performance.now()
      expect(await docker.push(image, login)).toMatchObject({ kind: 'unauthorized' })
      expect(performance.now() - startedAtMs).toBeLessThan(10_000)
      registry.behave('well')
      expect(await docker.push(image, login)).toMatchObject({ kind: 'pushed' })
    })

    test('refuses who has no login', async () => {
      await writeFile(join(login.folder, 'config.json'), '{}')
      expect(await docker.inspectRemote(image, login)).toMatchObject({ kind: 'unauthorized' })
      expect(await docker.push(image, login)).toMatchObject({ kind: 'unauthorized' })
    })

    test('refuses a repository without an app', async () => {
      const other = await makeImage('nobody:1')
      // docker says "no such manifest" to this too.
      expect(await docker.inspectRemote(other, login)).toEqual({ kind: 'absent' })
      expect(await docker.push(other, login)).toMatchObject({
        kind: 'no_repository',
        text: expect.stringContaining('app repository not found'),
      })
    })

    test('is told apart from one that is broken or not there', async () => {
      registry.behave('broken')
      expect(await docker.inspectRemote(image, login)).toMatchObject({ kind: 'failed' })
      expect(await docker.inspectRemote('127.0.0.1:9/hello:1', login)).toMatchObject({
        kind: 'failed',
        text: expect.stringContaining('refused'),
      })
    })

    test('a cancelled push leaves no process', async () => {
      registry.behave('hanging')
      const before = await descendants(process.pid)
      const controller = new AbortController()
      const pushed = docker.push(image, login, { signal: controller.signal })
      const started = async () =>
        (await descendants(process.pid)).filter((pid) => !before.includes(pid))
      await expect.poll(registry.held, { timeout: 20_000 }).toBeGreaterThan(0)
      expect(await started()).not.toEqual([])
      const cancelledAtMs = performance.now()
      controller.abort()
      expect(await pushed).toMatchObject({ kind: 'cancelled' })
      await expect.poll(started, { timeout: 20_000 }).toEqual([])
      expect(performance.now() - cancelledAtMs).toBeLessThan(5_000)
    })
  })
})
