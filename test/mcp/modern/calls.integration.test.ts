import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startHttpServer } from '../../support/http-server.js'
import { messagesOf, modernPost, modernRequest, next } from '../../support/modern.js'
import { played } from '../../support/played.js'
import { createProject, type Project } from '../../support/project.js'
import { startStdioServer } from '../../support/stdio-server.js'

/** A docker whose builds never end by themselves. */
const docker = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
  build: { stderr: '#5 [2/2] RUN make\n', waits: true },
}
const build = { name: 'build_image', arguments: { app: 'hello' }, _meta: { progressToken: 'p' } }

let project: Project
beforeEach(async () => {
  project = await createProject('hello')
})
afterEach(() => project.remove())

const hasBuild = expect.stringMatching(/^build /)

/** How the operations of the journal ended. */
async function endings(stateDir: string): Promise<readonly string[]> {
  const text = await readFile(join(stateDir, 'journal.jsonl'), 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '')
  return lines
    .map((line) => JSON.parse(line))
    .flatMap(({ event, status }) => (event === 'ended' ? status : []))
}

describe('a call that is cancelled ends its build, and says nothing more', () => {
  test('over HTTP, where its client closes the connection', async () => {
    const server = await startHttpServer({ root: project.root, docker })
    const leaving = new AbortController()
    const post = { ...modernPost(modernRequest('tools/call', build)), signal: leaving.signal }
    const messages = messagesOf(await fetch(server.url, post))
    expect(await next(messages)).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 'p' },
    })
    await expect.poll(server.programCalls, { timeout: 20_000 }).toContainEqual(hasBuild)
    leaving.abort()
    await expect.poll(() => endings(server.stateDir), { timeout: 20_000 }).toEqual(['cancelled'])
    await server.stop()
  })

  test('on standard input, by a notification', async () => {
    const server = await startStdioServer({ FAKE_DOCKER: played(docker) }, project.root)
    const request = modernRequest('tools/call', { ...build, _meta: {} })
    server.write(`${JSON.stringify(request)}\n`)
    await expect.poll(server.programCalls, { timeout: 20_000 }).toContainEqual(hasBuild)
    const params = { requestId: request.id }
    server.write(
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })}\n`,
    )
    await expect.poll(() => endings(server.stateDir), { timeout: 20_000 }).toEqual(['cancelled'])
    const after = modernRequest('server/discover')
    server.write(`${JSON.stringify(after)}\n`)
    expect((await server.answer()).id).toBe(after.id)
    await server.end()
  })
})

const app = {
  Name: 'hello',
  AppURL: '',
  Hostname: 'hello.fly.dev',
  Status: 'deployed',
  Version: 3,
  Organization: { Slug: 'acme', Name: 'Acme' },
  Machines: [],
}
const flyctl = {
  status: { stdout: JSON.stringify(app) },
  'apps destroy': { stderr: 'Error: server on fire\n', exit: 1 },
}
const destroy = { name: 'destroy_app', arguments: { app: 'hello', confirm: 'hello' } }
const forms = { elicitation: { form: {} } }

describe('destroy_app over HTTP', () => {
  async function ask(params: object, capabilities: object) {
    const server = await startHttpServer({ flyctl })
    const request = modernRequest('tools/call', { ...destroy, ...params }, capabilities)
    const answer = await next(messagesOf(await fetch(server.url, modernPost(request))))
    const calls = await server.programCalls()
    await server.stop()
    return { ...answer, isDestroyed: calls.includes('apps destroy hello --yes') }
  }
  const typed = (response: unknown) => ({ inputResponses: { typed: response } })

  test.each([forms, { elicitation: {} }])('asks the person of a client with %j', async (client) => {
    const { result, isDestroyed } = await ask({}, client)
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        typed: {
          method: 'elicitation/create',
          params: { mode: 'form', message: expect.stringMatching(/Destroy hello.*release 3/) },
        },
      },
    })
    expect(isDestroyed).toBe(false)
  })

  test('goes on where the person typed the name', async () => {
    const response = { action: 'accept', content: { typed: 'hello' } }
    expect((await ask(typed(response), forms)).isDestroyed).toBe(true)
  })

  test.each([
    ['typed something else', { action: 'accept', content: { typed: 'hell' } }],
    ['declined', { action: 'decline', content: { typed: 'hello' } }],
    ['closed the question', { action: 'cancel' }],
  ])('does nothing where the person %s', async (_what, response) => {
    const { result, isDestroyed } = await ask(typed(response), forms)
    expect(result?._meta).toMatchObject({ 'flyops/error': { code: 'not_confirmed' } })
    expect(isDestroyed).toBe(false)
  })

  test.each([
    ['no object', { inputResponses: null }],
    ['without a text', typed({ action: 'accept', content: { typed: 7 } })],
  ])('refuses an answer that is %s', async (_what, params) => {
    expect((await ask(params, forms)).error?.code).toBe(-32_602)
  })

  test('takes the argument of clients that show no forms', async () => {
    expect((await ask({}, { elicitation: { url: {} } })).isDestroyed).toBe(true)
    // What such a client was not asked is no answer.
    const refused = await ask({ ...typed({ action: 'decline' }) }, {})
    expect(refused.isDestroyed).toBe(true)
  })
})

describe('who speaks which version is decided for each request', () => {
  test('on one connection', async () => {
    const server = await startStdioServer()
    const say = async (message: object) => {
      server.write(`${JSON.stringify(message)}\n`)
      return server.answer()
    }
    const params = { name: 'get_job', arguments: { job_id: '0123456789abcdef' } }
    const capabilities = {}
    const clientInfo = { name: 'test', version: '1' }
    const initialize = { protocolVersion: '2025-06-18', capabilities, clientInfo }
    const legacy = (id: number, method: string, more: object) => ({
      jsonrpc: '2.0',
      id,
      method,
      params: more,
    })
    expect(await say(legacy(1, 'initialize', initialize))).toMatchObject({
      id: 1,
      result: { protocolVersion: '2025-06-18', serverInfo: { name: 'flyops' } },
    })
    expect((await say(modernRequest('tools/call', params))).result).toMatchObject({
      resultType: 'complete',
      isError: true,
    })
    const old = await say(legacy(2, 'tools/call', params))
    expect(old).toMatchObject({ id: 2, result: { isError: true } })
    expect(old.result).not.toHaveProperty('resultType')
    expect(await say(legacy(3, 'ping', {}))).toMatchObject({ id: 3, result: {} })
    expect(await say(modernRequest('ping'))).toMatchObject({ error: { code: -32_601 } })
    await server.end()
  })

  test('an unknown tool is wrong parameters, and an argument that is none too', async () => {
    const server = await startHttpServer()
    for (const params of [{ name: 'nothing' }, { name: 'doctor', arguments: [] }, { name: 7 }]) {
      const answer = await fetch(server.url, modernPost(modernRequest('tools/call', params)))
      expect(answer.status).toBe(200)
      expect((await next(messagesOf(answer))).error?.code).toBe(-32_602)
    }
    await server.stop()
  })
})
