import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const app = uniqueName('resumed')
const steps = ['build_image', 'create_app', 'test_image', 'push_image', 'deploy_image']
let project: Project

beforeAll(async () => {
  project = await createProject('hello')
})
afterAll(() => project?.remove())

interface Line {
  readonly event: string
  readonly id: string
  readonly app?: string
  readonly tool?: string
  readonly status?: string
}

/** The steps of this app that the journal knows to be done, once for each time. */
async function finished(): Promise<readonly string[]> {
  const text = await readFile(join(scratch(), 'state', 'journal.jsonl'), 'utf8').catch(() => '')
  const lines = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
  const done = new Set(lines.filter(({ status }) => status === 'done').map(({ id }) => id))
  return lines
    .filter((line) => line.event === 'started' && line.app === app && done.has(line.id))
    .map(({ tool = '' }) => tool)
    .filter((tool) => steps.includes(tool))
}

/** Ships, and is killed as soon as the journal knows of that step. */
async function shipUntil(step: string): Promise<void> {
  const client = await connectClient({ root: project.root, env: sandboxEnv() })
  const call = client.call('ship', { app }).catch(() => 'killed')
  await vi.waitUntil(async () => (await finished()).includes(step), {
    interval: 10,
    timeout: 100_000,
  })
  process.kill(client.pid, 'SIGKILL')
  await call
  await client.close()
}

test('a ship that is killed after each step goes on with the next, and repeats none', async () => {
  // The app is created beside the build, and sooner.
  await shipUntil('create_app')
  await shipUntil('build_image')
  await shipUntil('test_image')
  await shipUntil('push_image')

  const client = await connectClient({ root: project.root, env: sandboxEnv() })
  // A flyctl that the killed one had started by then must end first; the lock itself is free at once.
  const ship = () =>
    client.call<{ verdict: string }>('ship', { app }).catch((error: Error) => error.message)
  const last = await vi.waitUntil(
    async () => {
      const answer = await ship()
      return typeof answer === 'string' && answer.includes('being deployed') ? false : answer
    },
    { interval: 100, timeout: 60_000 },
  )
  expect(last).toMatchObject({ verdict: 'healthy' })
  expect((await finished()).toSorted()).toEqual(steps.toSorted())
  await client.close()
})
