import { describe, expect, test } from 'vitest'
import type { JournalLine } from '../../src/journal/journal.js'
import { createSelection } from '../../src/journal/selection.js'

const at = '2026-11-23T10:00:00.000Z'

function started(id: string, place: { tool?: string; app?: string; platform?: string } = {}) {
  const line: JournalLine = {
    event: 'started',
    id,
    at,
    pid: 42,
    platform: 'registry.fly.io',
    tool: 'deploy_image',
    app: 'hello',
    args: {},
    ...place,
  }
  return JSON.stringify(line)
}

const noted = (id: string, toml: string) =>
  JSON.stringify({ event: 'noted', id, at, facts: { toml } })
const ended = (id: string) =>
  JSON.stringify({ event: 'ended', id, at, status: 'done', durationMs: 1 })

function select(lines: readonly (string | undefined)[], limits = { operations: 3, chars: 1e6 }) {
  const selection = createSelection(limits)
  for (const line of lines) selection.add(line)
  return selection
}

const idsOf = (...given: Parameters<typeof select>) =>
  select(...given)
    .read()
    .operations.map(({ id }) => id)

const times = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n))

describe('what is remembered', () => {
  test('are the newest of each tool on each app, in the order in which they began', () => {
    const rare = [started('rare', { app: 'rare' }), started('push', { tool: 'push_image' })]
    const many = times(10, (n) => started(`often-${n}`))
    const ids = ['rare', 'push', 'often-7', 'often-8', 'often-9']
    expect(idsOf([...rare, ...many])).toEqual(ids)
  })

  test('are those of a sandbox apart from those of Fly', () => {
    const here = times(5, (n) => started(`here-${n}`))
    const there = times(5, (n) => started(`there-${n}`, { platform: 'localhost:5000' }))
    expect(idsOf([...here, ...there])).toHaveLength(6)
  })

  test('are fewer of each where they are too long, and the newest of every app at last', () => {
    const lines = times(300, (n) => [
      started(`job-${n}`, { app: `app-${n % 10}` }),
      noted(`job-${n}`, 'x'.repeat(1_000)),
    ])
    const ids = idsOf(lines.flat(), { operations: 50, chars: 30_000 })
    expect(ids).toEqual(times(20, (n) => `job-${280 + n}`))
  })

  test('are those of the apps that were used last where there are too many apps', () => {
    const lines = times(300, (n) => started(`job-${n}`, { app: `app-${n}` }))
    const ids = idsOf(lines, {
      operations: 50,
      chars: 10 * started('job-299', { app: 'app-299' }).length,
    })
    expect(ids).toEqual(times(10, (n) => `job-${290 + n}`))
  })

  test('never take more room than they may, whatever comes', () => {
    const chars = 20_000
    const selection = createSelection({ operations: 50, chars })
    for (let n = 0; n < 2_000; n += 1) {
      const id = `job-${n}`
      selection.add(started(id, { app: `app-${n % 7}` }))
      selection.add(noted(id, 'x'.repeat((n * 7_919) % 9_000)))
      expect([...selection.lines()].join('').length).toBeLessThanOrEqual(chars)
    }
  })
})

describe('lines', () => {
  test('that come twice count once', () => {
    const lines = [started('a'), noted('a', 'x'), ended('a')]
    const twice = select([...lines, ...lines])
    expect([...twice.lines()]).toEqual(lines)
    expect([...select([...lines, started('a')]).lines()]).toEqual(lines)
    expect(twice.read()).toEqual(select(lines).read())
  })

  test('of what was read before, read again, leave the same', () => {
    const lines = times(7, (n) => [started(`job-${n}`), ended(`job-${n}`)]).flat()
    const kept = [...select(lines).lines()]
    expect([...select([...kept, ...lines]).lines()]).toEqual(kept)
  })

  test('of an operation whose first line is lost are left out', () => {
    expect(select([noted('a', 'x'), ended('a'), started('b')]).read()).toMatchObject({
      operations: [{ id: 'b' }],
      damagedLines: 0,
    })
  })

  test.each([
    ['words', 'hello'],
    ['half a line', '{"event":"ended","id":"a","at'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['another event', '{"event":"unheard of","id":"a"}'],
    ['no id', '{"event":"started"}'],
    ['a start without a place', '{"event":"started","id":"b"}'],
    ['an end without a status', '{"event":"ended","id":"a"}'],
    ['one that is too long to be read', undefined],
  ])('with %s are damaged', (_name, line) => {
    expect(select([started('a'), line]).read()).toMatchObject({
      operations: [{ id: 'a' }],
      damagedLines: 1,
    })
  })
})
