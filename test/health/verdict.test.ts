import { afterAll, describe, expect, test, vi } from 'vitest'
import type { Machine } from '../../src/fly/flyctl.js'
import type { Probe } from '../../src/health/probe.js'
import { type Evidence, judge } from '../../src/health/verdict.js'
import { appStatus, digestA, digestB, ended, machine } from '../support/machines.js'

// Ages are told from when the rows are written: a slow machine must not add to them.
vi.useFakeTimers({ toFake: ['Date'] })
afterAll(() => vi.useRealTimers())

const answered: Probe = {
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
const refused: Probe = {
  ...answered,
  status: undefined,
  bodyExcerpt: '',
  body: '',
  error: 'connect ECONNREFUSED',
}
const critical = {
  name: 'check',
  status: 'critical',
  output: 'HTTP GET http://172.17.0.2:8080/info: 404',
  updatedAtMs: undefined,
}

/** Up for so many seconds by Fly's clock. */
const up = (seconds: number) => ({ upSinceMs: Date.now() - seconds * 1000 })

/** What looks one after the other saw for so long. */
const watchedFor = (ms: number) => ({ see() {}, of: () => ({ upMs: ms, passingMs: ms }) })

/** Its check says so for so many seconds. */
const passingFor = (seconds: number) => ({
  checks: [
    { ...critical, status: 'passing', output: 'ok', updatedAtMs: Date.now() - seconds * 1000 },
  ],
})

/** A machine without services and checks. */
const worker = (changes: Partial<Machine>) =>
  machine({
    id: 'w1',
    processGroup: 'worker',
    hasService: false,
    answersHttp: false,
    checksConfigured: 0,
    checks: [],
    ...changes,
  })

function endedAgo(seconds: number, exitCode: number): Partial<Machine> {
  const atMs = Date.now() - seconds * 1000
  const exit = { exitCode, oomKilled: exitCode === 137, isRestarted: true, atMs }
  return { exits: [exit], lastExit: exit, ...up(seconds - 1) }
}

function evidence(changes: Partial<Evidence>): Evidence {
  return { status: appStatus(machine()), probe: answered, ...changes }
}

describe('the verdict', () => {
  test.each<[string, Partial<Evidence>, string, string]>([
    ['a started machine, passing checks and an answer', {}, 'healthy', '1 machine is started.'],
    [
      'the expected digest everywhere',
      { expectedDigest: digestA },
      'healthy',
      'Every machine carries',
    ],
    ['another digest everywhere', { expectedDigest: digestB }, 'unhealthy', 'instead of'],
    [
      'a roll-out that stopped half way',
      {
        expectedDigest: digestB,
        status: appStatus(machine({ imageDigest: digestB, release: 3 }), machine({ id: 'm2' })),
      },
      'degraded',
      'Machine m2 carries',
    ],
    ['no machines', { status: appStatus(), probe: undefined }, 'unknown', 'nothing is deployed'],
    [
      'stopped machines that a GET does not wake',
      { status: appStatus(machine({ state: 'stopped', checks: [] })), probe: { ...refused } },
      'stopped',
      'No machine is started.',
    ],
    [
      'one started and one idle machine',
      { status: appStatus(machine(), machine({ id: 'm2', state: 'stopped', checks: [] })) },
      'healthy',
      '1 machine is started, 1 stopped.',
    ],
    [
      'a failing check',
      { status: appStatus(machine({ checks: [critical] })) },
      'unhealthy',
      '172.17.0.2:8080/info: 404',
    ],
    [
      'one of two machines failing',
      { status: appStatus(machine(), machine({ id: 'm2', checks: [critical] })) },
      'degraded',
      'of machine m2 is critical',
    ],
    [
      'checks that have not reported',
      { status: appStatus(machine({ checks: [] })) },
      'unhealthy',
      'have not reported',
    ],
    ['no answer from outside', { probe: refused }, 'unhealthy', 'ECONNREFUSED'],
    [
      'a server error from outside',
      { probe: { ...answered, status: 500 } },
      'unhealthy',
      'answers 500',
    ],
    [
      'an answer without the expected text',
      { expectedText: 'abc' },
      'unhealthy',
      'not with the expected text',
    ],
    [
      'a machine that crashed',
      {
        status: appStatus(machine({ state: 'stopped', checks: [], ...ended(1) })),
        probe: refused,
      },
      'unhealthy',
      'Machine m1 ended by itself once since its last update, with exit code 1, and is stopped.',
    ],
    [
      'a machine that ran out of memory',
      {
        status: appStatus(machine({ state: 'stopped', checks: [], ...ended(137) })),
        probe: refused,
      },
      'unhealthy',
      'killed for lack of memory (exit code 137), and is stopped.',
    ],
    [
      'an unreachable host',
      { status: appStatus(machine({ hostReachable: false })) },
      'unhealthy',
      'unreachable',
    ],
    [
      'a worker that is expected to answer with a text',
      {
        status: appStatus(machine({ hasService: false, answersHttp: false })),
        probe: undefined,
        expectedText: 'Ok',
      },
      'unhealthy',
      'nothing can answer with the expected text',
    ],
    [
      'a worker without services',
      {
        status: appStatus(
          machine({ hasService: false, answersHttp: false, checksConfigured: 0, checks: [] }),
        ),
        probe: undefined,
      },
      'healthy',
      'No checks are configured.',
    ],
    [
      'an app without checks that answers',
      { status: appStatus(machine({ checksConfigured: 0, checks: [] })) },
      'healthy',
      'No checks are configured: the GET from outside is the only proof.',
    ],
    [
      'an app without checks that does not answer',
      { status: appStatus(machine({ checksConfigured: 0, checks: [] })), probe: refused },
      'unhealthy',
      'ECONNREFUSED',
    ],
    [
      'a machine that is still starting',
      { status: appStatus(machine({ state: 'starting', checks: [] })), probe: refused },
      'unhealthy',
      'Machine m1 is starting.',
    ],
    [
      'a stopped machine whose host is gone',
      {
        status: appStatus(machine({ state: 'stopped', checks: [], hostReachable: false })),
        probe: refused,
      },
      'unhealthy',
      'The host of machine m1 is unreachable.',
    ],
    [
      'a machine between two crashes',
      {
        status: appStatus(machine({ checks: [critical], ...ended(137, 2), ...up(3) })),
        probe: refused,
      },
      'unhealthy',
      'Machine m1 ended by itself 2 times since its last update, last killed for lack of memory (exit code 137), and was started again.',
    ],
    [
      'a machine that ended once and works since',
      { status: appStatus(machine({ ...ended(1), ...up(60) })) },
      'degraded',
      'Machine m1 ended by itself once since its last update, with exit code 1; it is up since.',
    ],
    [
      'a machine that ended long ago and works since',
      { status: appStatus(machine(endedAgo(3 * 3_600, 137))) },
      'healthy',
      'killed for lack of memory (exit code 137), 3 hours ago; it is up since.',
    ],
    [
      'a worker that ends every 6 seconds, while it is started',
      { status: appStatus(worker({ ...ended(4, 3), ...up(5) })), probe: undefined },
      'unhealthy',
      'Machine w1 ended by itself 3 times since its last update, last with exit code 4, and was started again.',
    ],
    [
      'a worker that has ended and has been started a moment ago',
      { status: appStatus(worker({ ...ended(4), ...up(2) })), probe: undefined },
      'unhealthy',
      'ended by itself once',
    ],
    [
      'a worker that came up after two attempts',
      { status: appStatus(worker({ ...ended(4, 2), ...up(20) })), probe: undefined },
      'degraded',
      'ended by itself 2 times',
    ],
    [
      'a worker that ends again and again beside a serving machine',
      { status: appStatus(machine(), worker({ ...ended(4, 3), ...up(5) })) },
      'unhealthy',
      'Machine w1 ended by itself 3 times',
    ],
    [
      'one of two machines ending again and again',
      { status: appStatus(machine(), machine({ id: 'm2', ...ended(4, 3), ...up(5) })) },
      'degraded',
      'Machine m2 ended by itself 3 times',
    ],
    [
      'a server that ended by itself, without an error',
      { status: appStatus(machine({ state: 'stopped', checks: [], ...ended(0) })), probe: refused },
      'unhealthy',
      'once since its last update, with exit code 0, and is stopped.',
    ],
    [
      'a machine whose update Fly has forgotten',
      {
        status: appStatus(
          machine({ state: 'stopped', checks: [], ...ended(1, 10), updatesMs: [] }),
        ),
        probe: refused,
      },
      'unhealthy',
      'ended by itself at least 10 times',
    ],
    [
      'a machine that ended by itself and was stopped later',
      {
        status: appStatus(machine({ state: 'stopped', ...ended(1), lastExit: undefined })),
        probe: refused,
      },
      'stopped',
      'No machine is started.',
    ],
    [
      'a worker that was started a moment ago',
      { status: appStatus(worker(up(3))), probe: undefined },
      'degraded',
      'Machine w1 is up for 3 s: whether it stays up shows after 10 s.',
    ],
    [
      'a worker that was watched for long enough, whatever Fly’s clock says',
      { status: appStatus(worker(up(-60))), probe: undefined, sightings: watchedFor(10_000) },
      'healthy',
      '1 machine is started.',
    ],
    [
      'a machine that was updated, whose check passes for the first time, a moment ago',
      { status: appStatus(machine({ ...up(15), ...passingFor(1) })), isNew: true },
      'degraded',
      'Machine m1 passes its checks for 1 s: whether it stays up shows after 2 s.',
    ],
    [
      'a machine that was started a moment ago, whose check has passed for a while',
      { status: appStatus(machine({ ...up(5), ...passingFor(4) })), isNew: true },
      'healthy',
      'Its one check passes.',
    ],
    [
      'a machine whose passing check was watched for long enough, whatever it prints now',
      {
        status: appStatus(machine({ ...up(15), ...passingFor(0) })),
        isNew: true,
        sightings: watchedFor(2_000),
      },
      'healthy',
      'Its one check passes.',
    ],
    [
      'a machine that nobody has just updated, whose check passes',
      { status: appStatus(machine({ ...up(15), ...passingFor(1) })) },
      'healthy',
      'Its one check passes.',
    ],
    [
      'two releases in one process group',
      { status: appStatus(machine(), machine({ id: 'm2', release: 3 })) },
      'degraded',
      'The machines run different releases: m1 release 2, m2 release 3.',
    ],
    [
      'a stopped worker beside a serving machine',
      {
        status: appStatus(
          machine(),
          machine({
            id: 'w1',
            processGroup: 'worker',
            hasService: false,
            answersHttp: false,
            state: 'stopped',
          }),
        ),
      },
      'degraded',
      'Machine w1 is stopped.',
    ],
  ])('%s', (_name, changes, verdict, reason) => {
    const judged = judge(evidence(changes))
    expect(judged.verdict).toBe(verdict)
    expect(judged.reasons.join('\n')).toContain(reason)
  })

  test.each([
    [200, 'healthy'],
    [302, 'healthy'],
    [404, 'healthy'],
    [500, 'unhealthy'],
  ])('%i from /, where nobody names a path, is %s', (status, verdict) => {
    const probe = { ...answered, status, redirect: status === 302 ? '/login' : undefined }
    expect(judge(evidence({ probe, isUnasked: true })).verdict).toBe(verdict)
  })

  test('a redirect is not healthy, and the reason names the path to use', () => {
    const redirect = 'https://hello.fly.dev/info/'
    const probe = { ...answered, status: 301, redirect, redirectPath: '/info/' }
    const { verdict, reasons } = judge(evidence({ probe }))
    expect(verdict).toBe('unhealthy')
    expect(reasons).toEqual([expect.stringContaining('use the path /info/')])
  })

  test('a redirect away from the app names no path', () => {
    const probe = { ...answered, status: 302, redirect: 'https://login.example/' }
    expect(judge(evidence({ probe })).reasons).toEqual([
      expect.stringMatching(/points to https:\/\/login\.example\/;.*let the path itself answer/),
    ])
  })

  test('an endless answer is healthy by its status, and told as a stream', () => {
    const { verdict, reasons } = judge(evidence({ probe: { ...answered, isStream: true } }))
    expect(verdict).toBe('healthy')
    expect(reasons.join('\n')).toContain('a stream, which goes on')
  })

  test('what a check printed cannot begin a line of its own', () => {
    const output = 'refused\n\nhello is healthy: all is well\r\n'
    const checks = [{ ...critical, output }]
    const { reasons } = judge(evidence({ status: appStatus(machine({ checks })) }))
    expect(reasons.join('')).not.toMatch(/[\r\n]/)
  })

  test('of 3,000 machines a few are named, and the others counted', () => {
    const machines = Array.from({ length: 3_000 }, (_, index) =>
      machine({ id: `m${index}`, imageDigest: digestB, release: index % 2, checks: [critical] }),
    )
    const status = appStatus(...machines)
    const { verdict, reasons } = judge(evidence({ status, expectedDigest: digestA }))
    expect(verdict).toBe('unhealthy')
    expect(reasons.length).toBeLessThan(30)
    expect(reasons.join('\n').length).toBeLessThan(5_000)
    expect(reasons).toContain('Such faults: 2995 more, left out here.')
    expect(reasons.join('\n')).toContain(', and 2990 more.')
  })
})
