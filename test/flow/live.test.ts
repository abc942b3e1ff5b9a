import { describe, expect, test } from 'vitest'
import { carriedReleases, describeLive } from '../../src/flow/live.js'
import type { Machine } from '../../src/fly/flyctl.js'
import { appStatus, ended, machine } from '../support/machines.js'

const commit = 'abc1234def5678901234567890abcdef12345678'
const justStarted = { upSinceMs: Date.now() } satisfies Partial<Machine>
const crashing = { state: 'stopped', ...ended(2), checks: [] } satisfies Partial<Machine>

describe('what runs now, in one sentence', () => {
  test.each<[string, readonly Machine[], Parameters<typeof describeLive>[1], string]>([
    ['no machines', [], {}, 'Nothing is deployed to hello.'],
    ['one release', [machine({ release: 7, commit })], {}, 'Release 7 (commit abc1234) serves.'],
    [
      'an image of uncommitted changes',
      [machine({ release: 7, commit, image: 'registry.fly.io/hello:abc1234-dirty-0a0b0c0d' })],
      {},
      'Release 7 (commit abc1234 with uncommitted changes) serves.',
    ],
    [
      'the release from before',
      [machine({ release: 7, commit })],
      { before: 7 },
      'Release 7 (commit abc1234) still serves.',
    ],
    [
      'a new one that crashes',
      [machine({ release: 8, ...crashing })],
      { before: 7 },
      'Release 8 runs but does not serve.',
    ],
    [
      'a new one without checks that was started again after it ended',
      [machine({ release: 8, ...ended(2), ...justStarted, checks: [], checksConfigured: 0 })],
      { before: 7 },
      'Release 8 runs but does not serve.',
    ],
    [
      'a new one that nothing answers for, whatever its checks say',
      [machine({ release: 8 })],
      { before: 7, verdict: 'unhealthy' },
      'Release 8 runs but does not serve.',
    ],
    [
      'a new one that is not up yet',
      [machine({ release: 8, state: 'created', checks: [] })],
      { before: 7 },
      'Release 8 runs but does not serve.',
    ],
    [
      'a new one whose web process crashes, beside a worker that runs',
      [
        machine({ id: 'a', release: 8, ...crashing }),
        machine({ id: 'b', release: 8, hasService: false, checks: [], checksConfigured: 0 }),
      ],
      { before: 7 },
      'Release 8 runs but does not serve.',
    ],
    [
      'a worker that somebody stopped',
      [machine({ state: 'stopped', hasService: false, release: 7 })],
      {},
      'Release 7 is stopped, and does not serve.',
    ],
    [
      'half of a roll-out',
      [
        machine({ id: 'a', release: 8, ...crashing }),
        machine({ id: 'b', release: 7, commit }),
        machine({ id: 'c', release: 7, commit }),
      ],
      { before: 7 },
      'Release 8 is on machine a and runs but does not serve; release 7 (commit abc1234) is on machines b, c and still serves.',
    ],
  ])('%s', (_name, machines, known, sentence) => {
    expect(describeLive(appStatus(...machines), known)).toBe(sentence)
  })
})

test('a machine that a request would wake serves', () => {
  const [carried] = carriedReleases([machine({ state: 'stopped', release: 3 })])
  expect(carried).toMatchObject({ version: 3, serves: true })
})
