import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { descendants, running } from '../support/processes.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, sandboxEnv, uniqueName } from './flyctls.js'

const endWithinMs = 5_000

describe('ending a build leaves no process behind', () => {
  let project: Project
  let client: TestClient

  beforeEach(async () => {
    project = await createProject('worker')
    await project.write('Dockerfile', `FROM busybox\nRUN echo ${Date.now()} && sleep 300\n`)
    client = await connectClient({ root: project.root, env: sandboxEnv() })
  })
  afterEach(async () => {
    await client.close()
    await project.remove()
  })

  /** Starts a build that would take minutes, and returns when its slow step runs. */
  async function startBuild(signal?: AbortSignal): Promise<{ readonly ending: Promise<unknown> }> {
    const { promise: isSlow, resolve } = Promise.withResolvers<void>()
    const onProgress = ({ message = '' }) => {
      if (message.includes('sleep 300')) resolve()
    }
    const ending = client
      .fail(
        'build_image',
        { app: uniqueName('slow') },
        { onProgress, ...(signal ? { signal } : {}) },
      )
      .catch((error: unknown) => error)
    await isSlow
    return { ending }
  }

  test('when the request is cancelled; the server goes on', async () => {
    const controller = new AbortController()
    const { ending } = await startBuild(controller.signal)
    expect((await descendants(client.pid)).length).toBeGreaterThan(0)
    controller.abort()
    await ending
    await expect.poll(() => descendants(client.pid), { timeout: endWithinMs }).toEqual([])
    expect(await client.fail('push_image', { image: 'x' })).toMatchObject({ code: 'invalid_input' })
  })

  test('when the client closes', async () => {
    const { ending } = await startBuild()
    const children = await descendants(client.pid)
    expect(children.length).toBeGreaterThan(0)
    await client.close()
    await ending
    await expect
      .poll(() => running([client.pid, ...children]), { timeout: endWithinMs })
      .toEqual([])
  })

  test('when the server gets SIGTERM', async () => {
    const { ending } = await startBuild()
    const children = await descendants(client.pid)
    process.kill(client.pid, 'SIGTERM')
    await ending
    await expect
      .poll(() => running([client.pid, ...children]), { timeout: endWithinMs })
      .toEqual([])
  })
})

describe.each(flyctls)('ending a deploy with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('is not the caller’s to do by leaving', () => {
    let project: Project
    let client: TestClient
    let app: string
    let image: string

    beforeEach(async () => {
      project = await createProject('slow')
      client = await connectClient({
        root: project.root,
        env: { ...env(), FLYOPS_DEPLOY_GRACE: '1s' },
      })
      app = uniqueName('ending')
      await client.call('create_app', { app })
      image = (await client.call<{ image: string }>('build_image', { app })).image
      await client.call('push_image', { image })
    })
    afterEach(async () => {
      await client.close()
      await project.remove()
    })

    /** Starts a deploy of an app that listens late, and returns when its machine is there. */
    async function startDeploy(
      signal?: AbortSignal,
    ): Promise<{ readonly ending: Promise<unknown> }> {
      const { promise: isThereYet, resolve } = Promise.withResolvers<void>()
      const onProgress = ({ message = '' }) => {
        if (message.startsWith('machine ') || message.startsWith('launching')) resolve()
      }
      const ending = client
        .fail('deploy_image', { app, image }, { onProgress, ...(signal ? { signal } : {}) })
        .catch((error: unknown) => error)
      await isThereYet
      return { ending }
    }

    test('a cancelled request ends only the wait', async () => {
      const controller = new AbortController()
      const { ending } = await startDeploy(controller.signal)
      controller.abort()
      await ending
      const health = () => client.call<{ verdict: string }>('check_health', { app, timeout: '1s' })
      await expect
        .poll(health, { timeout: 40_000, interval: 1_000 })
        .toMatchObject({ verdict: 'healthy' })
      const { releases } = await client.call<{ releases: readonly { status: string }[] }>(
        'list_releases',
        { app },
      )
      await expect.poll(() => descendants(client.pid), { timeout: 20_000 }).toEqual([])
      expect(releases).toHaveLength(1)
    })

    test('a closed client gives flyctl its grace, then interrupts it', async () => {
      const { ending } = await startDeploy()
      const children = await descendants(client.pid)
      expect(children.length).toBeGreaterThan(0)
      await client.close()
      await ending
      await expect.poll(() => running([client.pid, ...children]), { timeout: 15_000 }).toEqual([])
      const after = await connectClient({ root: project.root, env: env() })
      expect(await after.call('list_releases', { app })).toMatchObject({
        releases: [{ status: 'interrupted' }],
      })
      await after.close()
    })
  })
})
