import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  bearer,
  errorCodeOf,
  errorOf,
  type HttpServer,
  replyOf,
  send,
  startHttpServer,
  toolCall,
} from '../support/http-server.js'
import { hasPostgres, type Postgres, startPostgres, whyNoPostgres } from '../support/postgres.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const token = 'team-0123456789abcdef'

type Answer = Readonly<Record<string, unknown>>
type Told = ReturnType<typeof errorOf>

let postgres: Postgres
let project: Project
let servers: HttpServer[] = []

function post({ url }: HttpServer, name: string, args: object) {
  return send(url, { headers: bearer(token), body: toolCall(name, args) })
}

async function call(server: HttpServer, name: string, args: object): Promise<Answer> {
  const answer = await post(server, name, args)
  const { isError, structuredContent } = replyOf(answer).result ?? {}
  if (isError || structuredContent === undefined) throw new Error(answer.text)
  return structuredContent
}

/** The calls that an error offers, made as they stand: what the last one answers. */
async function follow(server: HttpServer, error: Told): Promise<Answer> {
  let answer: Answer = {}
  for (const { tool, arguments: args } of error?.next ?? []) answer = await call(server, tool, args)
  return answer
}

const offer = (tool: string, args: object) => expect.objectContaining({ tool, arguments: args })

/** As on a machine of its own, but for the flyctl of one that was killed. */
async function start(name: string): Promise<HttpServer> {
  const server = await startHttpServer({
    root: project.root,
    env: {
      ...sandboxEnv(),
      FLYOPS_DOCKER: '',
      FLYOPS_STATE_DIR: join(scratch(), uniqueName(name)),
      FLYOPS_HTTP_TOKEN: token,
      FLYOPS_DATABASE_URL: postgres.url,
    },
  })
  servers.push(server)
  return server
}

/** The job of a deploy that has made its machine, which needs 18 s to listen. */
async function deployAt(server: HttpServer) {
  const app = uniqueName('team')
  await call(server, 'create_app', { app })
  const { image } = await call(server, 'build_image', { app })
  await call(server, 'push_image', { image })
  const deploy = { app, image }
  const { job_id } = await call(server, 'deploy_image', { ...deploy, wait_seconds: 0 })
  const log = async () =>
    (await call(server, 'get_job', { job_id, wait_seconds: 0, log_lines: 50 })).log
  await expect.poll(log, { timeout: 20_000 }).toContainEqual(expect.stringMatching(/was created/))
  return { app, deploy, job_id }
}

describe.skipIf(!hasPostgres)(`several instances in a deploy${whyNoPostgres}`, () => {
  beforeEach(async () => {
    postgres = await startPostgres()
    project = await createProject('slow')
  })
  afterEach(async () => {
    for (const server of servers) await server.stop()
    servers = []
    await project.remove()
    await postgres.stop()
  })

  test('one that is killed and one that is stopped are judged by what runs, and what is away is named', async () => {
    const [killed, stopped, other] = [await start('a'), await start('b'), await start('c')]
    const [left, held] = await Promise.all([deployAt(killed), deployAt(stopped)])
    const { job_id } = left
    const joined = await call(other, 'deploy_image', { ...left.deploy, wait_seconds: 0 })
    expect(joined).toMatchObject({ status: 'running', job_id })
    const waiting = post(other, 'deploy_image', { ...left.deploy, wait_seconds: 60 })
    process.kill(killed.pid, 'SIGKILL')
    process.kill(stopped.pid, 'SIGSTOP')
    for (const { deploy } of [left, held]) {
      const again = await post(other, 'deploy_image', { ...deploy, health_path: '/other' })
      expect(errorCodeOf(again)).toBe('deploy_in_progress')
    }
    const lost = errorOf(await waiting)
    const next = [offer('get_job', { job_id })]
    expect(lost).toMatchObject({ code: 'instance_lost', who: 'tool', next })
    const verdict = { status: 'done', result: { verdict: 'healthy' } }
    expect(await follow(other, lost)).toMatchObject(verdict)
    // Of a process that may come back it is told as well.
    const heldJob = { job_id: held.job_id, wait_seconds: 60 }
    expect(await call(other, 'get_job', heldJob)).toMatchObject({ status: 'done' })
    process.kill(stopped.pid, 'SIGCONT')
    expect(await call(stopped, 'get_job', heldJob)).toMatchObject({ status: 'done' })
    for (const { app } of [left, held]) {
      const { releases } = await call(other, 'list_releases', { app })
      expect(releases).toHaveLength(1)
    }
    await postgres.halt()
    const refused = errorOf(await post(other, 'get_job', { job_id }))
    const looks = [offer('doctor', {})]
    expect(refused).toMatchObject({ code: 'database_unavailable', who: 'human', next: looks })
    await postgres.start()
    const { checks } = await follow(other, refused)
    expect(checks).toContainEqual(expect.objectContaining({ name: 'database', status: 'ok' }))
    expect(await call(other, 'get_job', { job_id })).toMatchObject(verdict)
    for (const server of servers) expect(server.written().stderr).not.toContain(postgres.password)
  })
})
