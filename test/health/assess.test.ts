import { describe, expect, test } from 'vitest'
import type { AppStatus } from '../../src/fly/flyctl.js'
import { assessHealth, pollUntilHealthy } from '../../src/health/assess.js'
import type { Probe } from '../../src/health/probe.js'
import { appStatus, ended, machine } from '../support/machines.js'

const answer: Probe = {
  url: 'https://hello.fly.dev/info',
  status: 200,
  latencyMs: 30,
  bodyExcerpt: 'Health Ok!',
  body: 'Health Ok!',
  isStream: false,
  redirect: undefined,
  redirectPath: undefined,
  error: undefined,
}
const silence: Probe = { ...answer, status: undefined, error: 'connect ECONNREFUSED' }
const critical = { name: 'check', status: 'critical', output: '503', updatedAtMs: undefined }
const stopped = appStatus(machine({ state: 'stopped', checks: [] }))
const worker = { hasService: false, answersHttp: false }
const request = { app: 'hello', timeoutMs: 4_000 }

/** Answers with each status in turn, the last one again and again. */
function play(statuses: readonly AppStatus[], probe: Probe) {
  let asked = 0
  const status = async () => {
    const answered = statuses[Math.min(asked, statuses.length - 1)]
    asked += 1
    return answered ?? appStatus()
  }
  return { parts: { flyctl: { status }, sendProbe: async () => probe }, asked: () => asked }
}

describe('machines that a deploy updated and did not start', () => {
  test('are healthy once the GET has woken them and their checks pass', async () => {
    const waking = appStatus(machine({ checks: [] }))
    const { parts } = play([stopped, waking, appStatus(machine())], answer)
    const { verdict, reasons } = await assessHealth(parts, request)
    expect(verdict).toBe('healthy')
    expect(reasons).toContain('The GET woke machine m1.')
  })

  test('are stopped where the GET wakes none, without waiting for more', async () => {
    const { parts, asked } = play([stopped], silence)
    expect((await assessHealth(parts, request)).verdict).toBe('stopped')
    expect(asked()).toBe(2)
  })
})

test('a machine that is about to start is looked at again', async () => {
  const starting = appStatus(machine({ ...worker, state: 'starting', checks: [] }))
  const started = appStatus(machine(worker))
  const { parts } = play([starting, started], answer)
  expect((await assessHealth(parts, request)).verdict).toBe('healthy')
})

test('the path of the deployed check is asked for, unless another is given', async () => {
  const asked: string[] = []
  const parts = {
    flyctl: { status: async () => appStatus(machine()) },
    sendProbe: async ({ path }: { readonly path: string }) => {
      asked.push(path)
      return answer
    },
  }
  await assessHealth(parts, request)
  await assessHealth(parts, { ...request, path: '/other' })
  expect(asked).toEqual(['/info', '/other'])
})

test('a service that takes no HTTP is asked only where a path is given', async () => {
  const status = appStatus(machine({ answersHttp: false, checkPath: undefined }))
  const { parts } = play([status], silence)
  expect(await assessHealth(parts, request)).toMatchObject({ verdict: 'healthy', probe: undefined })
  expect(await assessHealth(parts, { ...request, path: '/' })).toMatchObject({
    verdict: 'unhealthy',
    probe: silence,
  })
})

describe('machines that end by themselves', () => {
  const unchecked = { checks: [], checksConfigured: 0 }
  const fresh = () => ({ upSinceMs: Date.now() })

  test('before the GET are not healthy for the machine that it wakes', async () => {
    const dead = appStatus(machine({ state: 'stopped', checks: [], ...ended(3, 2) }))
    const { parts, asked } = play(
      [dead, appStatus(machine({ ...ended(3, 2), ...fresh() }))],
      answer,
    )
    const { verdict, reasons } = await assessHealth(parts, request)
    expect(verdict).toBe('unhealthy')
    expect(reasons.join(' ')).toMatch(/ended by itself 2 times.*The GET woke machine m1\./)
    expect(asked()).toBe(2)
  })

  test('by the GET itself are seen after it', async () => {
    const after = appStatus(machine({ state: 'stopped', checks: [], ...ended(1) }))
    const { parts } = play([appStatus(machine()), after], answer)
    expect((await assessHealth(parts, request)).verdict).toBe('unhealthy')
  })

  test('are asked for 3 seconds and no longer', async () => {
    const limits: number[] = []
    const parts = {
      flyctl: { status: async () => appStatus(machine({ state: 'stopped', ...ended(1) })) },
      sendProbe: async ({ timeoutMs }: { readonly timeoutMs: number }) => {
        limits.push(timeoutMs)
        return silence
      },
    }
    await assessHealth(parts, { ...request, timeoutMs: 30_000 })
    expect(limits).toEqual([3_000])
  })

  test.concurrent('a moment after the first look are found out by watching', async () => {
    const started = appStatus(machine({ ...worker, ...unchecked, ...fresh() }))
    const dead = appStatus(machine({ ...worker, ...unchecked, state: 'stopped', ...ended(4, 3) }))
    const { parts, asked } = play([started, started, dead], answer)
    expect((await assessHealth(parts, { ...request, timeoutMs: 20_000 })).verdict).toBe('unhealthy')
    expect(asked()).toBe(3)
  })
})

test.concurrent('a machine without checks is not healthy before it has been up for 10 s, and not waited for longer than is allowed', async () => {
  const started = appStatus(
    machine({ ...worker, checksConfigured: 0, checks: [], upSinceMs: Date.now() }),
  )
  const { parts } = play([started], answer)
  const { verdict, reasons } = await assessHealth(parts, { ...request, timeoutMs: 2_000 })
  expect(verdict).toBe('degraded')
  expect(reasons[0]).toMatch(/is up for \d s: whether it stays up shows after 10 s/)
})

test.concurrent('a check that passes for the first time after a long wait must pass for as long as any other', async () => {
  const [passing] = machine().checks
  const isNew = true
  // By Fly's clock, which may differ, it passes since tomorrow.
  const tomorrow = { updatedAtMs: Date.now() + 86_400_000 }
  const failing = appStatus(machine({ checks: [{ ...critical, ...tomorrow }] }))
  const passes = appStatus(machine({ checks: [{ ...critical, ...passing, ...tomorrow }] }))
  const dead = appStatus(machine({ state: 'stopped', checks: [], ...ended(6) }))
  const { parts } = play([failing, failing, failing, passes, dead], answer)
  const first = await assessHealth(parts, { ...request, isNew })
  const report = { report: first, deadline: performance.now() + 10_000 }
  const { verdict, reasons } = await pollUntilHealthy(parts, { ...request, isNew }, report)
  expect(verdict, reasons.join('\n')).toBe('unhealthy')
})
