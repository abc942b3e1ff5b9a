import { readdir, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

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

/** Starts a build that would take minutes, and waits until its slow step runs. */
async function startBuild(signal?: AbortSignal): Promise<{ readonly ending: Promise<unknown> }> {
  let isRunning = () => {}
  const running = new Promise<void>((resolve) => {
    isRunning = resolve
  })
  const onProgress = ({ message = '' }) => {
    if (message.includes('sleep 300')) isRunning()
  }
  const ending = client
    .fail('build_image', { app: uniqueName('slow') }, { onProgress, ...(signal ? { signal } : {}) })
    .catch((error: unknown) => error)
  await running
  return { ending }
}

/** The processes whose ancestor is the server. */
async function descendants(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child)
    return parent === pid || (parent !== undefined && parent > 1 && isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('ending a build leaves no process behind', () => {
  test('when the request is cancelled, and the server goes on', async () => {
    const controller = new AbortController()
    const { ending } = await startBuild(controller.signal)
    expect((await descendants(client.pid)).length).toBeGreaterThan(0)
    controller.abort()
    await ending
    await expect.poll(() => descendants(client.pid), { timeout: 5_000 }).toEqual([])
    expect(await client.fail('push_image', { image: 'x' })).toMatchObject({ code: 'invalid_input' })
  })

  test('when the client closes', async () => {
    const { ending } = await startBuild()
    const children = await descendants(client.pid)
    expect(children.length).toBeGreaterThan(0)
    await client.close()
    await ending
    await expect.poll(() => children.filter(isAlive), { timeout: 5_000 }).toEqual([])
    await expect.poll(() => isAlive(client.pid), { timeout: 5_000 }).toBe(false)
  })

  test('when the server gets SIGTERM', async () => {
    const { ending } = await startBuild()
    const children = await descendants(client.pid)
    process.kill(client.pid, 'SIGTERM')
    await ending
    await expect
      .poll(() => [client.pid, ...children].filter(isAlive), { timeout: 5_000 })
      .toEqual([])
  })
})
