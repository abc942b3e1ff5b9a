import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  bearer,
  errorCodeOf,
  type HttpServer,
  replyOf,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { createProject, type Project } from '../support/project.js'

const ann = 'ann-0123456789abcdefghij'
const bob = 'bob-0123456789abcdefghij'

/** A docker whose builds never end by themselves. */
const docker = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
  build: { stderr: '#5 [2/2] RUN make\n', waits: true },
}
const build = { app: 'hello', wait_seconds: 0 }

let project: Project
let server: HttpServer

beforeEach(async () => {
  project = await createProject('hello')
  const tokens = Object.entries({ ann, bob }).map(([name, token]) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    tools: ['*'],
    apps: ['*'],
  }))
  const file = join(project.root, '.git', 'tokens.json')
  await writeFile(file, JSON.stringify({ tokens }))
  server = await startHttpServer({ args: ['--tokens', file], root: project.root, docker })
})
afterEach(async () => {
  await server.stop()
  await project.remove()
})

function call(token: string, name: string, args: object) {
  return send(server.url, { headers: bearer(token), body: toolCall(name, args) })
}

async function start(token: string): Promise<string> {
  const answer = await call(token, 'build_image', build)
  const { status, job_id: id } = replyOf(answer).result?.structuredContent ?? {}
  expect(status, answer.text).toBe('running')
  return String(id)
}

test('a job is its caller’s alone: to others it is as if there were none', async () => {
  const job = await start(ann)
  const args = { job_id: job, wait_seconds: 0 }
  expect(errorCodeOf(await call(bob, 'get_job', args))).toBe('job_not_found')
  expect(errorCodeOf(await call(bob, 'cancel_job', { job_id: job }))).toBe('job_not_found')
  const mine = replyOf(await call(ann, 'get_job', args)).result?.structuredContent
  expect(mine).toMatchObject({ job_id: job, status: 'running' })
  const ended = replyOf(await call(ann, 'cancel_job', { job_id: job })).result?.structuredContent
  expect(ended).toMatchObject({ status: 'cancelled' })
  expect(errorCodeOf(await call(bob, 'get_job', args))).toBe('job_not_found')
})

test('a lost connection cancels nothing: the same call joins the work', async () => {
  const leaving = new AbortController()
  const { signal } = leaving
  const left = fetch(server.url, {
    method: 'POST',
    headers: bearer(ann),
    body: toolCall('build_image', { app: 'hello' }),
    signal,
  })
  await expect
    .poll(() => server.programCalls(), { timeout: 20_000 })
    .toContainEqual(expect.stringMatching(/^build /))
  leaving.abort()
  await expect(left.then((response) => response.text())).rejects.toThrow('aborted')
  const job = await start(ann)
  // A second is more than a build takes to end, or another to begin.
  const still = await call(ann, 'get_job', { job_id: job, wait_seconds: 1 })
  expect(replyOf(still).result?.structuredContent).toMatchObject({ status: 'running' })
  const builds = (await server.programCalls()).filter((line) => line.startsWith('build '))
  expect(builds).toHaveLength(1)
})

test('a notification ends the build of the call that token and id tell it means', async () => {
  const notification = { jsonrpc: '2.0', method: 'notifications/cancelled' }
  const body = JSON.stringify({ ...notification, params: { requestId: 1 } })
  const cancel = async (token: string) =>
    expect((await send(server.url, { headers: bearer(token), body })).status).toBe(202)
  const wait = () => call(ann, 'build_image', { app: 'hello', wait_seconds: 60 })
  const stateOf = async (job: string) => {
    const answer = await call(ann, 'get_job', { job_id: job, wait_seconds: 0 })
    return replyOf(answer).result?.structuredContent?.status
  }
  const first = wait()
  await expect
    .poll(() => server.programCalls(), { timeout: 20_000 })
    .toContainEqual(expect.stringMatching(/^build /))
  await cancel(bob)
  const second = wait()
  // Both wait once this one, sent after them, is answered.
  const job = await start(ann)
  await cancel(ann)
  expect(await stateOf(job), 'two calls have that id: neither is touched').toBe('running')
  await call(ann, 'cancel_job', { job_id: job })
  await Promise.all([first, second])
  const alone = wait()
  await expect
    .poll(async () => (await server.programCalls()).filter((each) => each.startsWith('build ')), {
      timeout: 20_000,
    })
    .toHaveLength(2)
  const next = await start(ann)
  await cancel(ann)
  expect((await alone).text).not.toContain('result')
  await expect.poll(() => stateOf(next), { timeout: 20_000 }).toBe('cancelled')
})

test('the same call of another caller is work of its own', async () => {
  const first = await start(ann)
  expect(await start(bob)).not.toBe(first)
  expect(await start(ann)).toBe(first)
})

test('a job stays its caller’s after flyops was started again', async () => {
  const job = await start(ann)
  await call(ann, 'cancel_job', { job_id: job })
  const state = server.stateDir
  const file = join(project.root, '.git', 'tokens.json')
  const next = await startHttpServer({
    args: ['--tokens', file],
    root: project.root,
    docker,
    env: { FLYOPS_STATE_DIR: state },
  })
  try {
    const get = (token: string) =>
      send(next.url, { headers: bearer(token), body: toolCall('get_job', { job_id: job }) })
    expect(replyOf(await get(ann)).result?.structuredContent).toMatchObject({ status: 'cancelled' })
    expect(errorCodeOf(await get(bob))).toBe('job_not_found')
  } finally {
    await next.stop()
  }
})

test('when flyops ends, those who wait are told, and nobody else gets in', async () => {
  await start(ann)
  const waiting = call(ann, 'build_image', { ...build, wait_seconds: 60 })
  // The waiting call is there once this one, sent after it, is answered.
  await call(ann, 'doctor', {})
  const status = await server.stop()
  expect(errorCodeOf(await waiting)).toBe('cancelled')
  expect(status).toBe(0)
  await expect(call(ann, 'doctor', {})).rejects.toThrow('ECONNREFUSED')
})
