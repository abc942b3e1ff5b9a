import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FlyopsError } from '../../src/errors.js'
import { createAppLocks } from '../../src/jobs/app-locks.js'
import type { Work } from '../../src/jobs/job.js'
import { createJobs } from '../../src/jobs/jobs.js'
import type { JournalLine } from '../../src/journal/journal.js'
import { createLog } from '../../src/log.js'
import { openSharedState } from '../../src/postgres/shared-state.js'
import { createRedact } from '../../src/process/redact.js'
import {
  hasPostgres,
  type Postgres,
  startPooler,
  startPostgres,
  whyNoPostgres,
} from '../support/postgres.js'

const limits = { totalMs: 60_000, silenceMs: 60_000 }
const bounds = { all: 8, perCaller: 4 }
const secret = 'hunter2-hunter2'

let postgres: Postgres
let folder: string
type State = ReturnType<typeof openSharedState>

let open: State[] = []

/** One of several instances; each has a machine of its own. */
function instance(url = postgres.url, shutdown = new AbortController().signal): State {
  const log = createLog('silent')
  const state = openSharedState({
    url,
    jobs: createJobs({ shutdown, now: () => performance.now(), bounds, keeper: 'local' }),
    appLocks: createAppLocks({ folder: join(folder, String(open.length)), log }),
    bounds,
    keeper: 'local',
    place: 'fly',
    pid: process.pid,
    redact: createRedact([secret]),
    log,
  })
  open.push(state)
  return state
}

/** Work that ends when it is told to. */
function work(run: (work: Work) => Promise<string>, owner = 'token:ann') {
  return { tool: 'deploy_image', owner, stage: 'deploy', limits, run } as const
}

function untilStopped({ signal, progress, output }: Work): Promise<string> {
  progress({ message: 'machine m1 created', percent: 50 })
  output(`the token is ${secret}`)
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(new FlyopsError('cancelled', 'deploy', `Stopped by ${String(signal.reason)}.`)),
    )
  })
}

describe.skipIf(!hasPostgres)(`instances that share a database${whyNoPostgres}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flyops-shared-'))
    postgres = await startPostgres()
  })
  afterEach(async () => {
    for (const state of open) await state.close()
    open = []
  })
  afterAll(async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('all start at once, and one makes the tables', async () => {
    const states = Array.from({ length: 4 }, () => instance())
    const reports = await Promise.all(states.map(({ checkDatabase }) => checkDatabase()))
    expect(reports).toHaveLength(4)
    expect(await states[0]?.checkDatabase()).toMatchObject({
      version: expect.stringMatching(/^\d+/),
      instances: 4,
    })
  })

  test('the same call at two joins one job, which either stops, and its owner alone sees', async () => {
    const [a, b] = [instance(), instance()]
    const job = await a.jobs.startOnce('deploy shop', work(untilStopped))
    const never = () => Promise.reject(new Error('run twice'))
    const joined = await b.jobs.startOnce('deploy shop', work(never))
    expect(joined.id).toBe(job.id)
    await expect.poll(() => joined.snapshot(), { timeout: 10_000 }).toMatchObject({ percent: 50 })
    expect(joined.lines(5)).toEqual(['the token is [redacted]'])
    expect(await b.jobs.find(job.id, 'token:bob')).toBeUndefined()
    joined.stop('cancel_job')
    const message = 'Stopped by cancel_job.'
    const ending = { status: 'cancelled', error: { code: 'cancelled', message } }
    expect(await joined.ended).toMatchObject(ending)
    expect((await b.jobs.find(job.id, 'token:ann'))?.ending()).toMatchObject(ending)
  })

  test('a caller who leaves at one stops nothing that another waits for elsewhere, then or later', async () => {
    const [a, b] = [instance(), instance()]
    const job = await a.jobs.startOnce('build left', work(untilStopped))
    const unwatch = job.watch(() => {})
    const joined = await b.jobs.startOnce('build left', work(untilStopped))
    // What `joined.stop('caller_gone')` writes, and when it is written is known here.
    const running = `where id = '${job.id}'`
    await postgres.query(`update flyops.jobs set stop_reason = 'caller_gone' ${running}`)
    const reasons = () => postgres.query(`select stop_reason from flyops.jobs ${running}`)
    await expect.poll(reasons, { timeout: 10_000 }).toEqual([{ stop_reason: null }])
    unwatch()
    joined.stop('cancel_job')
    expect(await job.ended).toMatchObject({ error: { message: 'Stopped by cancel_job.' } })
  })

  test('of many callers at two, one starts the work', async () => {
    const states = [instance(), instance()]
    const going = Promise.withResolvers<string>()
    let runs = 0
    const run = () => {
      runs += 1
      return going.promise
    }
    const calls = [0, 1, 2, 3, 4, 5, 6, 7].map(async (index) =>
      states[index % 2]?.jobs.startOnce('deploy many', work(run)),
    )
    const jobs = await Promise.all(calls)
    going.resolve('deployed')
    expect(new Set(jobs.map((job) => job?.id)).size).toBe(1)
    for (const job of jobs) expect(await job?.ended).toEqual({ status: 'done', value: 'deployed' })
    expect(runs).toBe(1)
  })

  test('a caller has no more jobs at once than at one', async () => {
    const states = [instance(), instance()]
    const begin = (index: number) =>
      states[index % 2]?.jobs.startOnce(`build ${index}`, work(untilStopped))
    const jobs = []
    for (let index = 0; index < bounds.perCaller; index += 1) jobs.push(await begin(index))
    await expect(begin(bounds.perCaller)).rejects.toMatchObject({ code: 'busy' })
    for (const job of jobs) job?.stop('cancel_job')
    for (const job of jobs) await job?.ended
  })

  test('of many requests at two, each is counted once, and the next window begins anew', async () => {
    const states = [instance(), instance()]
    const request = (index: number, windowMs = 60_000, caller = 'token:ann') =>
      states[index % 2]?.countRequest(caller, windowMs)
    const counts = await Promise.all(Array.from({ length: 40 }, (_, index) => request(index)))
    const totals = counts.map((count) => count?.total ?? 0).sort((one, other) => one - other)
    expect(totals).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(await request(0, 1, 'token:bob')).toMatchObject({ total: 1 })
    await postgres.query(`update flyops.requests set ends_at = now() where caller = 'token:ann'`)
    expect(await request(1)).toMatchObject({ total: 1 })
  })

  test('an app is held by one, until it is released', async () => {
    const [a, b] = [instance(), instance()]
    const holder = { jobId: 'a1', pid: 1, since: new Date().toISOString() }
    const lock = await a.appLocks.take('fly-shop', holder)
    const other = await b.appLocks.take('fly-shop', { ...holder, jobId: 'b1' })
    expect(other).toMatchObject({ kind: 'held', holder: { jobId: 'a1', standing: 'runs' } })
    expect(await b.appLocks.holder('fly-shop')).toMatchObject({ jobId: 'a1' })
    // Only of one that is gone.
    await b.appLocks.open('fly-shop', holder)
    if (lock.kind !== 'taken') throw new Error('held')
    expect(await lock.isHeld?.()).toBe(true)
    await lock.release()
    expect(await lock.isHeld?.()).toBe(false)
    expect(await b.appLocks.take('fly-shop', { ...holder, jobId: 'b1' })).toMatchObject({
      kind: 'taken',
    })
  })

  test('what one writes down all read, in its order, without secrets; an import adds nothing twice', async () => {
    const [a, b] = [instance(), instance()]
    const common = { at: '2026-11-27T10:00:00Z', id: 'op1' }
    const lines: JournalLine[] = [
      {
        ...common,
        event: 'started',
        pid: 1,
        platform: 'fly',
        tool: 'deploy_image',
        app: 'shop',
        args: { image: secret },
      },
      { ...common, event: 'noted', facts: { digest: 'sha256:1' } },
      { ...common, event: 'ended', status: 'done', durationMs: 1 },
    ]
    expect((await b.journal.read()).operations).toEqual([])
    await Promise.all(lines.map((line) => a.journal.append(line)))
    expect((await b.journal.read()).operations).toMatchObject([
      { app: 'shop', args: { image: '[redacted]' }, end: { status: 'done' } },
    ])
    const kept = (await postgres.query('select line from flyops.journal order by seq')).map(
      ({ line }) => String(line),
    )
    const other = JSON.stringify({ ...lines[0], id: 'op2' })
    expect(await b.journal.takeOver([...kept, other])).toEqual({ added: 1, known: 3 })
    expect(await b.journal.takeOver([other])).toEqual({ added: 0, known: 1 })
    expect((await a.journal.read()).operations).toHaveLength(2)
  })

  test('a server that is away interrupts nothing, and is told later what happened', async () => {
    const [a, b] = [instance(), instance()]
    const away = Promise.withResolvers<void>()
    const job = await a.jobs.startOnce(
      'deploy away',
      work(() => away.promise.then(() => 'deployed')),
    )
    await b.checkDatabase()
    await postgres.halt()
    away.resolve()
    expect(await job.ended).toEqual({ status: 'done', value: 'deployed' })
    const written = a.journal.append({
      event: 'noted',
      id: 'op1',
      at: '2026-11-27T10:01:00Z',
      facts: { late: true },
    })
    await postgres.start()
    expect(await written).toBe(true)
    await a.jobs.idle()
    expect((await b.jobs.find(job.id, 'token:ann'))?.ending()).toEqual({
      status: 'done',
      value: 'deployed',
    })
  })

  test('a pooler is known, and no job begins through it', async () => {
    const pooler = await startPooler(postgres)
    const state = instance(pooler.url)
    const refusal = { code: 'database_unavailable', message: expect.stringContaining('pooler') }
    await expect(state.checkDatabase()).rejects.toMatchObject(refusal)
    const never = () => Promise.reject(new Error('it ran'))
    await expect(state.jobs.startOnce('deploy', work(never))).rejects.toMatchObject(refusal)
    pooler.stop()
  })

  test('an address that leads nowhere says so, and tells no password', async () => {
    const url = new URL(postgres.url)
    url.password = 'wrong-password-1'
    const refused = await instance(url.href)
      .checkDatabase()
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'database_unavailable', retry: 'no' })
    expect(String(refused)).not.toContain('wrong-password-1')
    url.port = '1'
    await expect(instance(url.href).checkDatabase()).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
      retry: 'after_wait',
    })
  })
})
