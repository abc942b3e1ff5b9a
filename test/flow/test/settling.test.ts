import { expect, test } from 'vitest'
import { classify, createSettling } from '../../../src/flow/test/settling.js'

const patienceMs = 10_000

/** What is found at each time, of what it listens on and how much CPU it has used. */
function judge(
  expected: { readonly ports: readonly number[]; readonly isAsked: boolean },
  sights: readonly (readonly [atMs: number, listening: string, cpuMs?: number])[],
) {
  const settling = createSettling({ ...expected, patienceMs })
  return sights.map(([atMs, listening, cpuMs]) => {
    const found = settling(
      {
        listening: listening === '' ? [] : listening.split(' '),
        ...(cpuMs === undefined ? {} : { cpuMs }),
      },
      atMs,
    )
    return 'port' in found ? `${found.kind} ${found.port}` : found.kind
  })
}

const asked = { ports: [8080], isAsked: true }
const unasked = { ports: [80, 8080], isAsked: false }

test('the port that is asked for is taken at once', () => {
  expect(
    judge(asked, [
      [100, ''],
      [200, '0.0.0.0:8080'],
    ]),
  ).toEqual(['starting', 'listens 8080'])
})

test('another one is the wrong one three seconds after it has settled', () => {
  const sights = [
    [100, ''],
    [500, '[::]:3000'],
    [3_400, '[::]:3000'],
    [3_500, '[::]:3000'],
  ] as const
  expect(judge(asked, sights)).toEqual(['starting', 'starting', 'starting', 'elsewhere 3000'])
})

test('a debugger’s port is not where it has settled while it still works at its start', () => {
  const sights = [
    [500, '[::]:9229', 400],
    [3_500, '[::]:9229', 3_000],
    [6_000, '[::]:9229', 3_100],
    [6_400, '[::]:9229 [::]:8080', 3_150],
  ] as const
  expect(judge(asked, sights)).toEqual(['starting', 'starting', 'starting', 'listens 8080'])
})

test('where nobody asks for one, a second is enough for any', () => {
  const sights = [
    [100, '[::]:3000'],
    [900, '[::]:3000'],
    [1_100, '[::]:3000'],
  ] as const
  expect(judge(unasked, sights)).toEqual(['starting', 'starting', 'listens 3000'])
})

test('those that are expected come first, in their order', () => {
  expect(judge(unasked, [[100, '[::]:9000 [::]:8080 [::]:80']])).toEqual(['listens 80'])
  expect(judge(unasked, [[100, '[::]:9000 [::]:8080']])).toEqual(['listens 8080'])
})

test('on loopback only it is reached by nobody', () => {
  const sights = [
    [100, '127.0.0.1:8080 [::1]:8080'],
    [3_200, '127.0.0.1:8080 [::1]:8080'],
  ] as const
  expect(judge(unasked, sights)).toEqual(['starting', 'loopback_only'])
})

test('it may listen on nothing as long as checks give it grace, and longer while it works', () => {
  expect(
    judge(asked, [
      [3_500, ''],
      [9_900, ''],
      [10_000, ''],
    ]),
  ).toEqual(['starting', 'starting', 'nothing'])
  const busy = [
    [8_000, '', 5_000],
    [10_000, '', 6_000],
    [13_000, '', 6_100],
  ] as const
  expect(judge(asked, busy)).toEqual(['starting', 'starting', 'nothing'])
})

test('when time is over, what it does at that moment counts', () => {
  expect(classify(['127.0.0.1:8080'], [8080])).toEqual({ kind: 'loopback_only' })
  expect(classify(['[::]:4000', '[::]:3000'], [8080])).toEqual({ kind: 'elsewhere', port: 3000 })
  expect(classify([], [8080])).toEqual({ kind: 'nothing' })
})
