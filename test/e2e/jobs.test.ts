import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { fixtureProgram } from '../support/paths.js'
import { descendants, running } from '../support/processes.js'
import { createProject, type Project } from '../support/project.js'
import { flyctls, sandboxEnv, uniqueName } from './flyctls.js'
import { scratch } from './test-sandbox.js'

interface JobAnswer {
  readonly status: string
  readonly job_id: string
  readonly tool: string
  readonly stage?: string
  readonly percent?: number
  readonly last_line?: string
  readonly note?: string
  readonly log?: readonly string[]
  readonly result?: Readonly<Record<string, unknown>>
  readonly next?: readonly { readonly tool: string; readonly arguments: object }[]
}

interface JournalEntry {
  readonly event: string
  readonly id: string
  readonly app?: string
  readonly tool?: string
  readonly status?: string
  readonly facts?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
}

let projects: Project[] = []
let clients: TestClient[] = []

afterEach(async () => {
  for (const client of clients) await client.close()
  for (const project of projects) await project.remove()
  projects = []
  clients = []
})

async function open(fixture: string): Promise<Project> {
  const project = await createProject(fixture)
  projects.push(project)
  return project
}

async function connect(project: Project, env: Record<string, string>): Promise<TestClient> {
  const client = await connectClient({ root: project.root, env })
  clients.push(client)
  return client
}

async function journalOf(app: string, file = join(scratch(), 'state', 'journal.jsonl')) {
  const entries = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry)
  const ids = new Set(entries.filter((entry) => entry.app === app).map(({ id }) => id))
  return entries.filter(({ id }) => ids.has(id))
}

describe('a build that outlives the call', () => {
  const app = uniqueName('jobs')
  let client: TestClient
  let project: Project

  beforeEach(async () => {
    project = await open('worker')
    const nonce = `${Date.now()}-${Math.random()}`
    await project.write(
      'Dockerfile',
      `FROM busybox\nRUN echo begun ${nonce} && until [ -e /gate/open ]; do sleep 0.2; [ $((n=n+1)) -lt 15 ] || break; done\n`,
    )
    client = await connect(project, sandboxEnv())
  })

  test('answers with a job, which get_job waits for', async () => {
    const started = await client.call<JobAnswer>('build_image', { app, wait_seconds: 0 })
    expect(started).toMatchObject({
      status: 'running',
      stage: 'build',
      next: [{ tool: 'get_job', arguments: { job_id: started.job_id } }],
    })
    const { job_id } = started
    const done = await client.call<JobAnswer>('get_job', { job_id, log_lines: 50 })
    expect(done).toMatchObject({ status: 'done', tool: 'build_image', result: { dirty: true } })
    expect(done.result?.image).toContain(`/${app}:`)
    expect(done.log?.join('\n')).toContain('begun')
    expect(done.next?.map(({ tool }) => tool)).toContain('push_image')
  })

  test('is joined by the same call', async () => {
    const first = await client.call<JobAnswer>('build_image', { app, wait_seconds: 0 })
    const second = await client.call<JobAnswer>('build_image', { app, wait_seconds: 0 })
    expect(second.job_id).toBe(first.job_id)
    expect(await client.call('build_image', { app })).toMatchObject({ status: 'done' })
  })

  test('is stopped by cancel_job, and nothing stays behind', async () => {
    const temporary = await mkdtemp(join(scratch(), 'tmp-'))
    client = await connect(project, { ...sandboxEnv(), TMPDIR: temporary })
    const { job_id } = await client.call<JobAnswer>('build_image', { app, wait_seconds: 0 })
    expect(await client.call('cancel_job', { job_id })).toMatchObject({
      status: 'cancelled',
      result: { code: 'cancelled' },
    })
    expect(await descendants(client.pid)).toEqual([])
    expect(await readdir(temporary)).toEqual([])
    expect(await client.call('get_job', { job_id })).toMatchObject({ status: 'cancelled' })
    expect(await client.call('cancel_job', { job_id })).toMatchObject({
      status: 'cancelled',
      note: 'It had ended before.',
    })
  })

  test('is waited for as long as the settings say', async () => {
    const hasty = await connect(project, { ...sandboxEnv(), FLYOPS_WAIT_SECONDS: '0' })
    expect(await hasty.call('build_image', { app })).toMatchObject({ status: 'running' })
  })

  test.each([
    ['FLYOPS_BUILD_TIMEOUT', 'took longer than 1 s'],
    ['FLYOPS_BUILD_SILENCE', 'printed nothing for 1 s'],
  ])('is stopped where it exceeds %s', async (setting, sentence) => {
    const strict = await connect(project, { ...sandboxEnv(), [setting]: '1s' })
    const error = await strict.fail('build_image', { app })
    expect(error).toMatchObject({ code: 'timed_out', stage: 'build' })
    expect(error.text).toContain(sentence)
    expect(await descendants(strict.pid)).toEqual([])
  })
})

test('a job that nobody knows is an error that says what to do', async () => {
  const client = await connect(await open('hello'), sandboxEnv())
  const job_id = '0123456789abcdef'
  expect(await client.fail('get_job', { job_id })).toMatchObject({ code: 'job_not_found' })
  expect(await client.fail('cancel_job', { job_id })).toMatchObject({ code: 'job_not_found' })
})

describe.each(flyctls)('a deploy as a job with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('of an app that starts slowly', () => {
    let app: string
    let image: string
    let project: Project
    let client: TestClient

    beforeEach(async () => {
      app = uniqueName('job')
      project = await open('slow')
      client = await connect(project, env())
      await client.call('create_app', { app })
      image = (await client.call<{ image: string }>('build_image', { app })).image
      await client.call('push_image', { image })
    })

    /** Starts a deploy and comes back when its machine is there. */
    async function start(): Promise<JobAnswer> {
      const job = await client.call<JobAnswer>('deploy_image', { app, image, wait_seconds: 0 })
      const machineIsThere = async () => {
        const { job_id } = job
        const { log } = await client.call<JobAnswer>('get_job', {
          job_id,
          wait_seconds: 0,
          log_lines: 50,
        })
        return log?.join('\n')
      }
      await expect
        .poll(machineIsThere, { timeout: 20_000 })
        .toMatch(/Machine \w+ \[app\] was created/)
      return job
    }

    test('is interrupted by cancel_job, which says what was done and leaves no lease', async () => {
      const { job_id } = await start()
      const answer = await client.call<JobAnswer>('cancel_job', { job_id })
      expect(answer).toMatchObject({ status: 'cancelled', result: { code: 'cancelled' } })
      expect(answer.result?.live).toMatch(/^Release 1 \(commit \w{7}\) runs but does not serve\.$/)
      expect(answer.next).toMatchObject([{ tool: 'check_health' }])
      expect(await descendants(client.pid)).toEqual([])
      expect(await client.call('list_releases', { app })).toMatchObject({
        releases: [{ status: 'interrupted' }],
      })
      expect(await journalOf(app)).toContainEqual(
        expect.objectContaining({ event: 'ended', id: job_id, status: 'cancelled' }),
      )
    })

    test('keeps others from deploying the app, in this process and in another', async () => {
      const { job_id } = await start()
      const other = await connect(project, env())
      const request = { app, image, health_path: '/other' }
      for (const each of [client, other]) {
        const error = await each.fail('deploy_image', request)
        expect(error).toMatchObject({
          code: 'deploy_in_progress',
          retry: 'after_wait',
          next: [{ tool: 'get_job', arguments: { job_id } }],
        })
        expect(error.text).toContain(`process ${client.pid}`)
      }
      const asked = { job_id, wait_seconds: 0 }
      expect(await other.call('get_job', asked)).toMatchObject({ status: 'running' })
      const waiting = other.call('get_job', { job_id })
      await client.call('cancel_job', { job_id })
      expect(await waiting).toMatchObject({ status: 'cancelled', result: { code: 'cancelled' } })
    })

    test('is judged by the evidence where its process died', async () => {
      const { job_id } = await start()
      const children = await descendants(client.pid)
      process.kill(client.pid, 'SIGKILL')
      for (const pid of await running(children)) process.kill(pid, 'SIGKILL')
      const after = await connect(project, env())
      const answer = () => after.call<JobAnswer>('get_job', { job_id })
      await expect
        .poll(async () => (await answer()).status, { timeout: 60_000, interval: 2_000 })
        .toBe('done')
      expect(await answer()).toMatchObject({ result: { verdict: 'healthy' } })
    })
  })
})

test('a failed job tells what its call would have raised, also to another process', async () => {
  const app = uniqueName('refused')
  const project = await open('hello')
  const client = await connect(project, sandboxEnv())
  const { image } = await client.call<{ image: string }>('build_image', { app })
  const raised = await client.fail('push_image', { image })
  expect(raised.next.map(({ tool }) => tool)).toEqual(['create_app', 'push_image'])
  const { code, stage, retry, who, next } = raised
  const { job_id } = await client.call<JobAnswer>('push_image', { image, wait_seconds: 0 })
  const failed = { status: 'failed', result: { code, stage, retry, who }, next }
  expect(await client.call('get_job', { job_id })).toMatchObject(failed)
  const other = await connect(project, sandboxEnv())
  expect(await other.call('get_job', { job_id })).toMatchObject(failed)
})

/** A deploy that goes on, by a flyctl that does not heed SIGINT. */
async function deployDeaf(app: string, project: Project) {
  const wrapped = { WRAPPED_FLYCTL: sandboxEnv().FLYOPS_FLYCTL ?? '' }
  const deaf = { ...wrapped, FLYOPS_FLYCTL: fixtureProgram('flyctl-deaf-to-sigint') }
  const client = await connect(project, { ...sandboxEnv(), ...deaf })
  await client.call('create_app', { app })
  const { image } = await client.call<{ image: string }>('build_image', { app })
  await client.call('push_image', { image })
  const { job_id } = await client.call<JobAnswer>('deploy_image', { app, image, wait_seconds: 0 })
  const log = async () =>
    (await client.call<JobAnswer>('get_job', { job_id, wait_seconds: 0, log_lines: 9 })).log
  await expect.poll(log, { timeout: 20_000 }).toEqual(['deploying, and deaf'])
  return { client, image, job_id }
}

test('a flyctl that does not heed SIGINT gets SIGTERM after ten seconds', async () => {
  const app = uniqueName('deaf')
  const { client, job_id } = await deployDeaf(app, await open('hello'))
  const askedAt = performance.now()
  expect(await client.call('cancel_job', { job_id })).toMatchObject({ status: 'cancelled' })
  expect(performance.now() - askedAt).toBeGreaterThan(9_500)
  expect(await descendants(client.pid)).toEqual([])
})

test('the flyctl of a flyops that was killed keeps others from the app, and no longer than it runs', async () => {
  const app = uniqueName('orphan')
  const project = await open('hello')
  const { client, image } = await deployDeaf(app, project)
  const children = await descendants(client.pid)
  process.kill(client.pid, 'SIGKILL')

  const after = await connect(project, sandboxEnv())
  const error = await after.fail('deploy_image', { app, image })
  expect(error).toMatchObject({ code: 'deploy_in_progress', retry: 'after_wait' })
  for (const pid of await running(children)) process.kill(pid, 'SIGKILL')
  await expect.poll(() => running(children)).toEqual([])
  expect(await after.call('deploy_image', { app, image })).toMatchObject({ verdict: 'healthy' })
})

describe('the journal', () => {
  test('tells what was built, pushed, created and deployed', async () => {
    const app = uniqueName('journal')
    const client = await connect(await open('hello'), sandboxEnv())
    await client.call('create_app', { app })
    const { image } = await client.call<{ image: string }>('build_image', { app })
    const { digest } = await client.call<{ digest: string }>('push_image', { image })
    await client.call('deploy_image', { app, image })
    const entries = await journalOf(app)
    expect(entries.filter(({ event }) => event === 'started').map(({ tool }) => tool)).toEqual([
      'create_app',
      'build_image',
      'push_image',
      'deploy_image',
    ])
    expect(entries.filter(({ event }) => event === 'ended')).toHaveLength(4)
    const facts = entries.flatMap((entry) => entry.facts ?? [])
    expect(facts.at(-1)).toMatchObject({
      digest,
      toml: expect.stringContaining(`app = '${app}'`),
    })
    expect(entries.at(-1)).toMatchObject({ status: 'done', result: { digest, verdict: 'healthy' } })
    const { mode } = await stat(join(scratch(), 'state', 'journal.jsonl'))
    expect(mode & 0o777).toBe(0o600)
  })

  test('that cannot be written is a warning', async () => {
    const project = await open('hello')
    const file = join(project.root, '.git', 'file')
    await writeFile(file, '')
    const client = await connect(project, {
      ...sandboxEnv(),
      FLYOPS_STATE_DIR: join(file, 'state'),
    })
    const app = uniqueName('unwritten')
    expect(await client.call('create_app', { app })).toMatchObject({
      created: true,
      warnings: [{ code: 'journal_unwritable' }],
    })
    const { image } = await client.call<{ image: string }>('build_image', { app })
    await client.call('push_image', { image })
    expect(await client.call('deploy_image', { app, image })).toMatchObject({
      verdict: 'healthy',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'journal_unwritable' })]),
    })
  })
})
