import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  createTaskSessionFromClient,
  type RawClientDispatch,
} from '@modelcontextprotocol/ext-tasks/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HttpServer, startHttpServer } from '../support/http-server.js'
import { statuses } from '../support/journal-files.js'
import { messagesOf, modernPost, next, withTasks } from '../support/modern.js'
import { createProject, type Project } from '../support/project.js'

const engine = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
}
const info = { name: 'test', version: '1' }
const build = { app: 'hello', wait_seconds: 0 }

let project: Project
let server: HttpServer
beforeEach(async () => {
  project = await createProject('hello')
})
afterEach(async () => {
  await server.stop()
  await project.remove()
})

/** The requests of tasks, which the second SDK's client does not send itself. */
const rawDispatch: RawClientDispatch = async (request) => {
  const { method, params } = request as { method: string; params: object }
  const sent = { jsonrpc: '2.0', id: 1, method, params } as Parameters<typeof modernPost>[0]
  const { result, error } = await next(messagesOf(await fetch(server.url, modernPost(sent))))
  return error === undefined
    ? { kind: 'result', result: result as never }
    : { kind: 'error', error: error as never }
}

/** A session of the protocol's own client for tasks, with a flyops whose docker does so. */
async function open(docker: object) {
  server = await startHttpServer({ root: project.root, docker: { ...engine, ...docker } })
  const versionNegotiation = { mode: 'auto' as const }
  const client = new Client(info, { capabilities: withTasks, versionNegotiation })
  await client.connect(new StreamableHTTPClientTransport(server.url))
  const v2RequestFraming = {
    protocolVersion: '2026-07-28',
    clientInfo: info,
    clientCapabilities: withTasks,
  }
  return createTaskSessionFromClient(client, { endpointId: 'test', rawDispatch, v2RequestFraming })
}

test('the protocol’s own client for tasks follows a build, and stops it', async () => {
  const session = await open({ build: { stderr: '#5 [2/2] RUN make\n', waits: true } })
  const execution = await session.callTool('build_image', build)
  expect(execution.kind).toBe('task')
  const settled = execution.settle()
  await execution.cancel()
  expect((await settled).outcome).toEqual({ status: 'cancelled' })
  const ended = () => statuses(server.stateDir)
  await expect.poll(ended, { timeout: 20_000 }).toEqual(['cancelled'])
  await session.close()
})

test('the protocol’s own client for tasks gets the result of the tool', async () => {
  const session = await open({ build: { stderr: 'ERROR: no such file\n', exit: 1 } })
  const execution = await session.callTool('build_image', build)
  expect(execution.kind).toBe('task')
  const { outcome } = await execution.settle()
  expect(outcome).toMatchObject({ status: 'completed', result: { isError: true } })
  await session.close()
})
