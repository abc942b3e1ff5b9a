import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  bearer,
  type HttpServer,
  replyOf,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { messagesOf, modernPost, modernRequest, next, withTasks } from '../support/modern.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

const token = 'deploy-0123456789abcdef'

let project: Project
let server: HttpServer

function start(): Promise<HttpServer> {
  // The sandbox's programs, instead of those that play.
  const env = { FLYOPS_DOCKER: '', FLYOPS_FLYCTL: '', ...sandboxEnv(), FLYOPS_HTTP_TOKEN: token }
  return startHttpServer({ root: project.root, env })
}

beforeEach(async () => {
  project = await createProject('slow')
  server = await start()
})
afterEach(async () => {
  await server.stop()
  await project.remove()
})

async function call(name: string, args: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await send(server.url, { headers: bearer(token), body: toolCall(name, args) })
  const { isError, structuredContent } = replyOf(answer).result ?? {}
  if (isError || structuredContent === undefined) throw new Error(answer.text)
  return structuredContent
}

async function ask(method: string, params: object) {
  const request = modernRequest(method, params, withTasks)
  return next(messagesOf(await fetch(server.url, modernPost(request, token))))
}

/** The task, and the result that its subscriber was told. */
async function buildAsTask(app: string) {
  const build = { name: 'build_image', arguments: { app, wait_seconds: 0 } }
  const { taskId } = (await ask('tools/call', build)).result as { taskId: string }
  const subscription = { notifications: { taskIds: [taskId] } }
  const request = modernRequest('subscriptions/listen', subscription, withTasks)
  const leaving = new AbortController()
  const post = { ...modernPost(request, token), signal: leaving.signal }
  const messages = messagesOf(await fetch(server.url, post))
  let told = await next(messages)
  while (told.params?.status !== 'completed') told = await next(messages)
  leaving.abort()
  return { taskId, result: told.params.result as { readonly structuredContent: unknown } }
}

test('when a server must end, flyctl may finish a deploy that runs, and who waits is told', async () => {
  const app = uniqueName('http')
  await call('create_app', { app })
  const { taskId, result } = await buildAsTask(app)
  const { image } = Object(result.structuredContent)
  await call('push_image', { image })
  const { job_id } = await call('deploy_image', { app, image, wait_seconds: 0 })
  const log = async () => (await call('get_job', { job_id, wait_seconds: 0, log_lines: 50 })).log
  await expect.poll(log, { timeout: 20_000 }).toContainEqual(expect.stringMatching(/was created/))

  const waiting = call('get_job', { job_id, wait_seconds: 120 })
  // Sent after it, and answered after it has begun to wait.
  await call('get_job', { job_id, wait_seconds: 0 })
  expect(await server.stop()).toBe(0)
  // Its health was not looked at any more, and nothing is said of it.
  expect(await waiting).toMatchObject({
    job_id,
    status: 'cancelled',
    result: { stage: 'health', message: expect.stringContaining('had finished its deploy') },
  })

  server = await start()
  // As get_job tells it: all that the journal keeps of another process's work.
  expect((await ask('tasks/get', { taskId })).result).toMatchObject({
    status: 'completed',
    result: { structuredContent: { status: 'done', result: { image } } },
  })
  expect(await call('list_releases', { app })).toMatchObject({ releases: [{ status: 'complete' }] })
  expect(await call('check_health', { app })).toMatchObject({ verdict: 'healthy' })
})
