import { describe, expect, test, vi } from 'vitest'
import { FlyopsError } from '../../src/errors.js'
import type { Job, Work } from '../../src/jobs/job.js'
import { createJobs, type LocalJobs } from '../../src/jobs/jobs.js'
import { waitForJob } from '../../src/jobs/wait-for-job.js'

const noLimits = { totalMs: 60_000, silenceMs: 60_000 }
const hourMs = 60 * 60_000

function open({
  now = (): number => 0,
  shutdown = new AbortController().signal,
  bounds = { all: 199, perCaller: 199 },
} = {}) {
  return createJobs({ now, shutdown, bounds, keeper: 'local' })
}

/** Work that ends when its signal aborts, as a program does. */
function untilStopped({ signal }: Work): Promise<string> {
  return new Promise((_resolve, reject) => {
    const fail = () =>
      reject(new FlyopsError('cancelled', 'build', `Stopped by ${String(signal.reason)}.`))
    signal.addEventListener('abort', fail, { once: true })
    if (signal.aborted) fail()
  })
}

function start(
  jobs = open(),
  run: (work: Work) => Promise<string> = untilStopped,
  limits = noLimits,
  owner = 'local',
) {
  return jobs.startOnce('build', { tool: 'build_image', owner, stage: 'build', limits, run })
}

async function errorOf(job: Job): Promise<unknown> {
  const ending = await job.ended
  return ending.status === 'done' ? undefined : ending.error
}

describe('a job', () => {
  test('ends with the value of its work', async () => {
    expect(await start(open(), async () => 'built').ended).toEqual({
      status: 'done',
      value: 'built',
    })
  })

  test('ends with what its work raised', async () => {
    const job = start(open(), () => Promise.reject(new Error('broken')))
    expect(await job.ended).toMatchObject({ status: 'failed', error: { message: 'broken' } })
    expect(job.ending()).toMatchObject({ status: 'failed' })
  })

  test('knows its stage, its highest percent and what was said last', async () => {
    const job = start(open(), async ({ progress, output }) => {
      progress({ message: 'step one', percent: 50 })
      progress({ message: 'a new stage of the image', percent: 30, stage: 'health' })
      output('compiling main.go')
      output('')
      return ''
    })
    await job.ended
    expect(job.snapshot()).toMatchObject({
      stage: 'health',
      percent: 50,
      lastLine: 'compiling main.go',
    })
  })

  test('keeps the newest lines of its log, each cut', async () => {
    const job = start(open(), async ({ output }) => {
      for (let n = 0; n < 1_000; n += 1) output(`line ${n}`)
      output('x'.repeat(10_000))
      return ''
    })
    await job.ended
    expect(job.lines(1_000)).toHaveLength(200)
    expect(job.lines(2)[0]).toBe('line 999')
    expect(job.lines(1)[0]?.length).toBeLessThanOrEqual(501)
    expect(job.lines(0)).toEqual([])
  })
})

describe('the same key', () => {
  test('joins the job that runs', () => {
    const jobs = open()
    expect(start(jobs).id).toBe(start(jobs).id)
  })

  test('starts work of its own for another owner, who does not find the first', () => {
    const jobs = open()
    const first = start(jobs)
    const other = start(jobs, untilStopped, noLimits, 'token:other')
    expect(other.id).not.toBe(first.id)
    expect(jobs.find(first.id, 'token:other')).toBeUndefined()
    expect(jobs.find(other.id, 'token:other')).toBe(other)
  })

  test('starts anew where the job has ended', async () => {
    const jobs = open()
    const first = start(jobs, async () => 'built')
    await first.ended
    expect(start(jobs).id).not.toBe(first.id)
  })
})

describe('no more jobs at once', () => {
  const bounds = { all: 4, perCaller: 2 }
  const begin = (jobs: LocalJobs, key: string, owner: string, run = untilStopped) =>
    jobs.startOnce(key, { tool: 'build_image', owner, stage: 'build', limits: noLimits, run })

  test('than a caller may have: the error names one to wait for', () => {
    const jobs = open({ bounds })
    const first = begin(jobs, 'a', 'token:ann')
    begin(jobs, 'b', 'token:ann')
    expect(() => begin(jobs, 'c', 'token:ann')).toThrow(
      expect.objectContaining({
        code: 'busy',
        retry: 'after_wait',
        next: [expect.objectContaining({ tool: 'get_job', arguments: { job_id: first.id } })],
      }),
    )
    expect(begin(jobs, 'c', 'token:bob').ending()).toBeUndefined()
  })

  test('than there may be of all, and whoever runs flyops may have all of them', () => {
    const jobs = open({ bounds })
    for (const key of ['a', 'b', 'c', 'd']) begin(jobs, key, 'local')
    expect(() => begin(jobs, 'e', 'local')).toThrow(expect.objectContaining({ code: 'busy' }))
    const refusal = expect.objectContaining({ code: 'busy', next: [] })
    expect(() => begin(jobs, 'e', 'token:ann')).toThrow(refusal)
  })

  test('but one that runs is joined, and counts once', () => {
    const jobs = open({ bounds })
    const first = begin(jobs, 'a', 'token:ann')
    for (let n = 0; n < 10; n += 1) expect(begin(jobs, 'a', 'token:ann')).toBe(first)
    expect(begin(jobs, 'b', 'token:ann').id).not.toBe(first.id)
  })

  test.each<[string, (work: Work) => Promise<string>]>([
    ['is done', async () => 'built'],
    ['fails', () => Promise.reject(new Error('broken'))],
    [
      'raises at once',
      () => {
        throw new Error('broken')
      },
    ],
    ['is stopped', untilStopped],
  ])('one that %s makes room', async (_name, run) => {
    const jobs = open({ bounds })
    for (let n = 0; n < 10; n += 1) {
      const job = begin(jobs, 'a', 'token:ann', run)
      job.stop('cancel_job')
      await job.ended
    }
    begin(jobs, 'b', 'token:ann')
    expect(begin(jobs, 'c', 'token:ann').ending()).toBeUndefined()
  })
})

describe('results', () => {
  test('stay readable for an hour after the end, and no longer', async () => {
    let nowMs = 0
    const jobs = open({ now: () => nowMs })
    const job = start(jobs, async () => 'built')
    await job.ended
    nowMs = hourMs
    expect(jobs.find(job.id, 'local')).toBe(job)
    nowMs = hourMs + 1
    expect(jobs.find(job.id, 'local')).toBeUndefined()
  })

  test('of the newest 100 of each caller stay: whoever makes many fills no memory, and drops nobody else’s', async () => {
    const jobs = open()
    const begin = (owner: string, key: string) => {
      const request = { tool: 'build_image', stage: 'build', limits: noLimits } as const
      return jobs.startOnce(key, { ...request, owner, run: async () => 'built' })
    }
    const other = begin('token:bob', 'other')
    const own = Array.from({ length: 150 }, (_, index) => begin('token:ann', `build ${index}`))
    await Promise.all([other, ...own].map(({ ended }) => ended))
    const kept = own.filter(({ id }) => jobs.find(id, 'token:ann') !== undefined)
    expect(kept).toEqual(own.slice(-100))
    expect(jobs.find(other.id, 'token:bob')).toBe(other)
  })

  test('of a job that runs are not forgotten', () => {
    let nowMs = 0
    const jobs = open({ now: () => nowMs })
    const job = start(jobs)
    nowMs = 2 * hourMs
    expect(jobs.find(job.id, 'local')).toBe(job)
  })
})

describe('stopping', () => {
  test('reaches the work with its reason', async () => {
    const job = start()
    job.stop('cancel_job')
    expect(await job.ended).toMatchObject({
      status: 'cancelled',
      error: { message: 'Stopped by cancel_job.' },
    })
  })

  test('comes to all jobs when flyops ends', async () => {
    const ending = new AbortController()
    const jobs = open({ shutdown: ending.signal })
    const job = start(jobs)
    ending.abort()
    await jobs.idle()
    expect(job.ending()).toMatchObject({ error: { message: 'Stopped by shutdown.' } })
  })

  test('comes where the work takes too long, and says so', async () => {
    vi.useFakeTimers()
    try {
      const job = start(open(), untilStopped, { totalMs: 1_800_000, silenceMs: 3_600_000 })
      await vi.advanceTimersByTimeAsync(1_800_000)
      expect(await errorOf(job)).toMatchObject({
        code: 'timed_out',
        message: 'build_image took longer than 1800 s and was stopped.',
      })
    } finally {
      vi.useRealTimers()
    }
  })

  test('comes where the work says nothing for too long, and not before', async () => {
    vi.useFakeTimers()
    try {
      let say: (line: string) => void = () => {}
      const run = (work: Work) => {
        say = work.output
        return untilStopped(work)
      }
      const job = start(open(), run, { totalMs: 3_600_000, silenceMs: 10_000 })
      await vi.advanceTimersByTimeAsync(9_000)
      say('still here')
      await vi.advanceTimersByTimeAsync(9_000)
      expect(job.ending()).toBeUndefined()
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await errorOf(job)).toMatchObject({
        code: 'timed_out',
        message: 'build_image printed nothing for 10 s and was stopped.',
      })
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('waiting for a job', () => {
  const wait = (job: Job, waitMs: number, signal = new AbortController().signal) =>
    waitForJob(job, { waitMs, signal, onProgress: () => {} })

  test('ends with the job', async () => {
    expect(
      await wait(
        start(open(), async () => 'built'),
        Number.POSITIVE_INFINITY,
      ),
    ).toBe('ended')
  })

  test('ends when the time is over, and the job goes on', async () => {
    const job = start()
    expect(await wait(job, 0)).toBe('running')
    expect(job.ending()).toBeUndefined()
    expect(job.isWatched()).toBe(false)
  })

  test('ends when the caller is gone', async () => {
    const caller = new AbortController()
    const waiting = wait(start(), Number.POSITIVE_INFINITY, caller.signal)
    caller.abort()
    expect(await waiting).toBe('caller_gone')
  })
})
