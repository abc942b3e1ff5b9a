import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  bearer,
  errorCodeOf,
  type HttpAnswer,
  type HttpServer,
  replyOf,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { descendants } from '../support/processes.js'
import { createProject, type Project } from '../support/project.js'

const names = ['ann', 'bob', 'cat', 'dan', 'eve'] as const
const tokenOf = (name: string) => `${name}-0123456789abcdefghij`

/** Builds that never end by themselves, and a flyctl that does not either. */
const docker = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
  build: { stderr: '#5 [2/2] RUN make\n', waits: true },
}
const flyctl = { '': { waits: true } }

let project: Project
let server: HttpServer

beforeEach(async () => {
  project = await createProject('hello')
  const tokens = names.map((name) => ({
    name,
    sha256: createHash('sha256').update(tokenOf(name)).digest('hex'),
    tools: ['*'],
    apps: ['*'],
  }))
  const file = join(project.root, '.git', 'tokens.json')
  await writeFile(file, JSON.stringify({ tokens }))
  server = await startHttpServer({ args: ['--tokens', file], root: project.root, docker, flyctl })
})
afterEach(async () => {
  await server.stop()
  await project.remove()
})

function call(name: string, tool: string, args: object): Promise<HttpAnswer> {
  return send(server.url, { headers: bearer(tokenOf(name)), body: toolCall(tool, args) })
}

const build = (name: string, app: string) => call(name, 'build_image', { app, wait_seconds: 0 })

function jobOf(answer: HttpAnswer): string | undefined {
  const id = replyOf(answer).result?.structuredContent?.job_id
  return id === undefined ? undefined : String(id)
}

function count(answers: readonly HttpAnswer[]) {
  const busy = answers.filter((answer) => errorCodeOf(answer) === 'busy').length
  return { busy, jobs: answers.filter((answer) => jobOf(answer) !== undefined).length }
}

describe('jobs', () => {
  test('of 200 that one caller wants at once 8 run, and the rest is told to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => build('ann', `app-${n}`)),
    )
    expect(count(answers)).toEqual({ busy: 192, jobs: 8 })
    const [refused] = answers.filter((answer) => errorCodeOf(answer) === 'busy')
    expect(replyOf(refused as HttpAnswer).result?._meta?.['flyops/error']).toMatchObject({
      retry: 'after_wait',
      next: [{ tool: 'get_job' }],
    })
    const builds = (await server.programCalls()).filter((line) => line.startsWith('build '))
    expect(builds.length).toBeLessThanOrEqual(8)
  })

  test('of 100 that five callers want at once 32 run', async () => {
    const answers = await Promise.all(
      names.flatMap((name) => Array.from({ length: 20 }, (_, n) => build(name, `app-${n}`))),
    )
    expect(count(answers)).toEqual({ busy: 68, jobs: 32 })
  })

  test('at the bound, a caller joins, asks for and stops its own; that makes room', async () => {
    const started = []
    for (let n = 0; n < 8; n += 1) started.push(jobOf(await build('ann', `app-${n}`)))
    const joined = await Promise.all(Array.from({ length: 50 }, () => build('ann', 'app-0')))
    expect(new Set(joined.map(jobOf))).toEqual(new Set([started[0]]))
    expect(errorCodeOf(await build('ann', 'one-more'))).toBe('busy')
    const asked = { job_id: started[0], wait_seconds: 0 }
    const asking = await Promise.all(
      Array.from({ length: 50 }, () => call('ann', 'get_job', asked)),
    )
    expect(count(asking)).toEqual({ busy: 0, jobs: 50 })
    await call('ann', 'cancel_job', { job_id: started[0] })
    expect(jobOf(await build('ann', 'one-more'))).toBeDefined()
  })
})

/** Calls that do not end before their callers leave. */
function look(owners: readonly string[]) {
  const leaving = new AbortController()
  const answers: string[] = []
  const asked = owners.map(async (name) => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: bearer(tokenOf(name)),
      body: toolCall('list_releases', { app: 'hello' }),
      signal: leaving.signal,
    })
    answers.push(errorCodeOf({ status: 200, headers: {}, text: await response.text() }) ?? 'done')
  })
  return {
    answers,
    async leave() {
      leaving.abort()
      await Promise.allSettled(asked)
    },
  }
}

async function looksAt(name: string): Promise<string | undefined> {
  return errorCodeOf(await call(name, 'list_releases', { app: 'Not Legal' }))
}

describe('other calls', () => {
  const many = (name: string, times: number) => Array.from({ length: times }, () => name)
  const busy = (times: number) => many('busy', times)

  test('of 60 that one caller makes at once 8 run, and when their caller leaves there is room', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { answers, leave } = look(many('ann', 60))
      await expect.poll(() => answers, { timeout: 30_000 }).toEqual(busy(52))
      const others = look(['bob'])
      await expect.poll(flyctlCalls, { timeout: 30_000 }).toBe(2 * 9 * (round + 1))
      expect([others.answers, answers]).toEqual([[], busy(52)])
      await Promise.all([leave(), others.leave()])
      await expect.poll(() => descendants(server.pid), { timeout: 30_000 }).toEqual([])
    }
  })

  test('of 100 that five callers make at once 32 run', async () => {
    const { answers, leave } = look(names.flatMap((name) => many(name, 20)))
    await expect.poll(() => answers, { timeout: 30_000 }).toEqual(busy(68))
    await leave()
  })

  test('that are wrong start nothing, and are told so at the bound too', async () => {
    const { answers, leave } = look(many('ann', 9))
    await expect.poll(() => answers, { timeout: 30_000 }).toEqual(busy(1))
    expect(await looksAt('ann')).toBe('invalid_input')
    await leave()
  })

  test('of whoever runs it, without a token, 32 run', async () => {
    await server.stop()
    server = await startHttpServer({ root: project.root, flyctl })
    const { answers, leave } = look(many('nobody', 60))
    await expect.poll(() => answers, { timeout: 30_000 }).toEqual(busy(28))
    await leave()
  })
})

async function flyctlCalls(): Promise<number> {
  return (await server.programCalls()).filter((line) => /^(?:releases|status)/.test(line)).length
}
