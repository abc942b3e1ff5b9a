import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentPrograms } from '../../support/fake-programs.js'
import { startHttpServer } from '../../support/http-server.js'
import {
  messagesOf,
  modernPost,
  modernRequest,
  next,
  type Told,
  withTasks,
} from '../../support/modern.js'
import { played, type Script } from '../../support/played.js'
import { createProject, type Project } from '../../support/project.js'
import { startStdioServer } from '../../support/stdio-server.js'

const ann = 'ann-0123456789abcdefghij'
const bob = 'bob-0123456789abcdefghij'

const engine = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
}
/** A docker whose builds never end by themselves, and one whose builds fail. */
const slow = { ...engine, build: { stderr: '#5 [2/2] RUN make\n', waits: true } }
const broken = { ...engine, build: { stderr: 'ERROR: no such file\n', exit: 1 } }

const call = { name: 'build_image', arguments: { app: 'hello', wait_seconds: 0 } }

interface Wire {
  ask(method: string, params: object, capabilities?: object): Promise<Told>
  /** The messages of a subscription, until `leave`. */
  listen(taskIds: readonly string[]): { readonly messages: AsyncIterator<Told>; leave(): void }
  end(): Promise<unknown>
  /** Ends it at once, in the midst of its work. */
  kill(): Promise<unknown>
}

let project: Project
beforeEach(async () => {
  project = await createProject('hello')
})
afterEach(() => project.remove())

const stateDir = () => join(project.root, '.git', 'state')

async function overHttp(docker: Script, token = ann): Promise<Wire & { readonly url: URL }> {
  const tokens = Object.entries({ ann, bob }).map(([name, each]) => ({
    name,
    sha256: createHash('sha256').update(each).digest('hex'),
    tools: ['*'],
    apps: ['*'],
  }))
  const file = join(project.root, '.git', 'tokens.json')
  await writeFile(file, JSON.stringify({ tokens }))
  const server = await startHttpServer({
    args: ['--tokens', file],
    root: project.root,
    docker: docker as never,
    env: { FLYOPS_STATE_DIR: stateDir() },
  })
  return {
    url: server.url,
    ask: (method, params, capabilities = withTasks) =>
      ask(server.url, modernRequest(method, params, capabilities), token),
    listen(taskIds) {
      const leaving = new AbortController()
      const request = modernRequest(
        'subscriptions/listen',
        { notifications: { taskIds } },
        withTasks,
      )
      const messages = (async function* () {
        const post = { ...modernPost(request, token), signal: leaving.signal }
        yield* messagesOf(await fetch(server.url, post))
      })()
      return { messages, leave: () => leaving.abort() }
    },
    end: () => server.stop(),
    async kill() {
      process.kill(server.pid, 'SIGKILL')
      await server.stop()
    },
  }
}

async function ask(url: URL, request: ReturnType<typeof modernRequest>, token?: string) {
  return next(messagesOf(await fetch(url, modernPost(request, token))))
}

async function overStdio(docker: Script): Promise<Wire> {
  const env = {
    ...silentPrograms(join(project.root, '.git', 'calls')),
    FAKE_DOCKER: played(docker),
    FLYOPS_STATE_DIR: stateDir(),
  }
  const server = await startStdioServer(env, project.root)
  const told: Told[] = []
  const waiting = new Set<() => void>()
  void (async () => {
    for (;;) {
      told.push(await server.answer())
      for (const wake of waiting) wake()
    }
  })().catch(() => {})
  /** The next message that fits, once each. */
  async function take(fits: (message: Told) => boolean): Promise<Told> {
    for (;;) {
      const [found] = told.splice(told.findIndex(fits), told.some(fits) ? 1 : 0)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => waiting.add(resolve))
    }
  }
  const say = (message: object) => server.write(`${JSON.stringify(message)}\n`)
  return {
    async ask(method, params, capabilities = withTasks) {
      const request = modernRequest(method, params, capabilities)
      say(request)
      return take(({ id }) => id === request.id)
    },
    listen(taskIds) {
      const request = modernRequest(
        'subscriptions/listen',
        { notifications: { taskIds } },
        withTasks,
      )
      say(request)
      const isOurs = ({ id, params }: Told) =>
        id === request.id ||
        Object(params?._meta)['io.modelcontextprotocol/subscriptionId'] === request.id
      const messages = (async function* () {
        for (;;) yield await take(isOurs)
      })()
      const params = { requestId: request.id }
      return {
        messages,
        leave: () => say({ jsonrpc: '2.0', method: 'notifications/cancelled', params }),
      }
    },
    end: () => server.end(),
    async kill() {
      server.process.kill('SIGKILL')
      await server.end()
    },
  }
}

const wires = { stdio: overStdio, HTTP: overHttp }

describe.each(Object.entries(wires))('a build as a task, over %s', (_name, open) => {
  test('is watched, cancelled, and said to be cancelled', async () => {
    const wire = await open(slow)
    const created = await wire.ask('tools/call', call)
    const { taskId } = created.result as { taskId: string }
    expect(created.result).toMatchObject({
      resultType: 'task',
      taskId: expect.stringMatching(/^[0-9a-f]{32}$/),
      status: 'working',
      ttlMs: null,
      pollIntervalMs: 2_000,
    })
    const { messages, leave } = wire.listen([taskId, 'no-such-task'])
    expect(await next(messages)).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [taskId] } },
    })
    expect(await next(messages)).toMatchObject({
      method: 'notifications/tasks',
      params: { taskId, status: 'working' },
    })
    expect((await wire.ask('tasks/update', { taskId, inputResponses: {} })).result).toMatchObject({
      resultType: 'complete',
    })
    const ack = await wire.ask('tasks/cancel', { taskId })
    expect(Object.keys(ack.result ?? {}).sort()).toEqual(['_meta', 'resultType'])
    let told = await next(messages)
    while (told.params?.status === 'working') told = await next(messages)
    const { result } = await wire.ask('tasks/get', { taskId })
    expect(result).toMatchObject({ resultType: 'complete', taskId, status: 'cancelled' })
    const { resultType: _type, _meta, ...task } = result ?? {}
    expect(told.params).toMatchObject(task)
    expect(Number(task.ttlMs)).toBeGreaterThanOrEqual(3_600_000)
    // A task that is over is cancelled in vain, and without a word about it.
    expect((await wire.ask('tasks/cancel', { taskId })).error).toBeUndefined()
    leave()
    await wire.end()
  })

  test('ends with the result that the call would have had', async () => {
    const wire = await open(broken)
    const direct = await wire.ask('tools/call', { ...call, arguments: { app: 'hello' } }, {})
    const { taskId } = (await wire.ask('tools/call', call)).result as { taskId?: string }
    expect(taskId, 'a build that takes a moment').toBeDefined()
    const { messages } = wire.listen([taskId ?? ''])
    let told = await next(messages)
    while (told.params?.status !== 'completed') told = await next(messages)
    const { _meta: meta, ...expected } = direct.result as { _meta: Record<string, unknown> }
    expect(expected).toMatchObject({ resultType: 'complete', isError: true })
    expect(told.params?.result).toEqual({
      ...expected,
      _meta: { 'flyops/error': meta['flyops/error'] },
    })
    await wire.end()
  })

  test('is a job for clients that know no tasks, and they get at none', async () => {
    const wire = await open(slow)
    const { result } = await wire.ask('tools/call', call, {})
    expect(result).toMatchObject({
      resultType: 'complete',
      structuredContent: { status: 'running', job_id: expect.any(String) },
    })
    const { job_id: taskId } = Object(result?.structuredContent)
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect((await wire.ask(method, { taskId, inputResponses: {} }, {})).error).toMatchObject({
        code: -32_021,
        data: { requiredCapabilities: withTasks },
      })
    }
    const subscription = { notifications: { taskIds: [taskId] } }
    expect((await wire.ask('subscriptions/listen', subscription, {})).error?.code).toBe(-32_021)
    await wire.ask('tasks/cancel', { taskId })
    await wire.end()
  })

  test('is known to the next process, as get_job knows it', async () => {
    const first = await open(slow)
    const { taskId } = (await first.ask('tools/call', call)).result as { taskId: string }
    await first.ask('tasks/cancel', { taskId })
    await first.end()
    const second = await open(slow)
    const { result } = await second.ask('tasks/get', { taskId })
    expect(result).toMatchObject({ taskId, status: 'cancelled', ttlMs: null })
    expect((await second.ask('tasks/cancel', { taskId })).error).toBeUndefined()
    expect((await second.ask('tasks/get', { taskId: '0'.repeat(32) })).error?.code).toBe(-32_602)
    await second.end()
  })

  test('whose process was killed is over for the next one, and nobody knows how', async () => {
    const first = await open(slow)
    const { taskId } = (await first.ask('tools/call', call)).result as { taskId: string }
    // Only what was begun, and so is written down, outlives a process.
    const journal = () => readFile(join(stateDir(), 'journal.jsonl'), 'utf8').catch(() => '')
    await expect.poll(journal, { timeout: 20_000 }).toContain(taskId)
    await first.kill()
    const second = await open(slow)
    const { messages } = second.listen([taskId])
    await next(messages)
    const text = expect.stringContaining('"status":"unknown"')
    expect((await next(messages)).params).toMatchObject({
      taskId,
      status: 'completed',
      result: { isError: true, content: [{ text }] },
    })
    await second.end()
  })
})

test('a task is its caller’s alone: to others it is as if there were none', async () => {
  const wire = await overHttp(slow)
  const { taskId } = (await wire.ask('tools/call', call)).result as { taskId: string }
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const request = modernRequest(method, { taskId, inputResponses: {} }, withTasks)
    expect((await ask(wire.url, request, bob)).error?.code).toBe(-32_602)
  }
  expect((await wire.ask('tasks/get', { taskId })).result).toMatchObject({ status: 'working' })
  const listening = modernRequest(
    'subscriptions/listen',
    { notifications: { taskIds: [taskId] } },
    withTasks,
  )
  const messages = messagesOf(await fetch(wire.url, modernPost(listening, bob)))
  expect((await next(messages)).params?.notifications).toEqual({ taskIds: [] })
  await wire.ask('tasks/cancel', { taskId })
  await wire.end()

  const restarted = await overHttp(slow)
  const asked = modernRequest('tasks/get', { taskId }, withTasks)
  expect((await ask(restarted.url, asked, bob)).error?.code).toBe(-32_602)
  expect((await ask(restarted.url, asked, ann)).result).toMatchObject({ status: 'cancelled' })
  await restarted.end()
})

test('a subscription is answered when flyops ends', async () => {
  const wire = await overHttp(slow)
  const { messages } = wire.listen([])
  expect((await next(messages)).method).toBe('notifications/subscriptions/acknowledged')
  const ended = wire.end()
  expect((await next(messages)).result).toMatchObject({ resultType: 'complete' })
  await ended
})
