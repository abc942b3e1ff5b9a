import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addFault, clearFaults, listFaults } from '../../../src/sandbox/faults/edit.js'
import { createFaults } from '../../../src/sandbox/faults/faults.js'

let folder: string
let file: string
let nowMs: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-faults-'))
  file = join(folder, 'faults.json')
  nowMs = 0
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const create = () => createFaults({ file, now: () => nowMs })
const get = (path: string) => ({ place: 'api', method: 'GET', path }) as const
const machine = (app: string, id = 'm1', region = 'iad') => ({ app, id, region })

describe('faults', () => {
  test('strike the nth request, as many times as was asked for', async () => {
    await addFault(file, { place: 'api', kind: 'status', status: 503, nth: 2, times: 2 })
    const faults = create()
    const statuses = []
    for (let i = 0; i < 5; i += 1) statuses.push(faults.strike(get('/v1/apps'))?.status)
    expect(statuses).toEqual([undefined, 503, 503, undefined, undefined])
  })

  test('strike only the path, the method and the place they are meant for', async () => {
    await addFault(file, { place: 'api', kind: 'status', path: '/machines', method: 'post' })
    const faults = create()
    const struck = [
      faults.strike({ place: 'api', method: 'POST', path: '/v1/apps/a/machines' }),
      faults.strike({ place: 'api', method: 'GET', path: '/v1/apps/a/machines' }),
      faults.strike({ place: 'api', method: 'POST', path: '/v1/apps' }),
      faults.strike({ place: 'registry', method: 'POST', path: '/v1/apps/a/machines' }),
    ]
    expect(struck.map((fault) => fault !== undefined)).toEqual([true, false, false, false])
  })

  test('a lease is held for its time, from the first request for it on', async () => {
    await addFault(file, { place: 'api', kind: 'lease', seconds: 10 })
    const faults = create()
    const lease = { place: 'api', method: 'POST', path: '/v1/apps/a/machines/m/lease' } as const
    nowMs = 100_000
    expect(faults.strike(lease)).toMatchObject({ kind: 'lease' })
    expect(faults.strike({ ...lease, method: 'DELETE' })).toBeUndefined()
    nowMs += 10_000
    expect(faults.strike(lease)).toBeUndefined()
  })

  test('of machines strike their starts, of one app where it is named', async () => {
    await addFault(file, { place: 'machine', kind: 'crash', app: 'hello', times: 2 })
    const faults = create()
    expect(faults.strikeStart(machine('other'))).toBeUndefined()
    expect(faults.strikeStart(machine('hello'))).toMatchObject({ kind: 'crash' })
    expect(faults.strikeStart(machine('hello'))).toMatchObject({ kind: 'crash' })
    expect(faults.strikeStart(machine('hello'))).toBeUndefined()
    expect(faults.strike(get('/v1/apps/hello/machines'))).toBeUndefined()
  })

  test('of a host that is gone are no matter of starts', async () => {
    await addFault(file, { place: 'machine', kind: 'unreachable', app: 'hello' })
    const faults = create()
    expect(faults.isUnreachable(machine('hello'))).toBe(true)
    expect(faults.isUnreachable(machine('other'))).toBe(false)
    expect(faults.strikeStart(machine('hello'))).toBeUndefined()
  })

  test('strike those requests and machines that are named', async () => {
    await addFault(file, { place: 'api', kind: 'hang', app: 'hello', machine: 'm2' })
    await addFault(file, { place: 'machine', kind: 'oom', region: 'ams', machine: 'm2' })
    const faults = create()
    expect(faults.strike(get('/v1/apps/hello/machines/m2/start'))).toMatchObject({ kind: 'hang' })
    expect(faults.strike(get('/v1/apps/hello-2/machines/m2'))).toBeUndefined()
    expect(faults.strike(get('/v1/apps/hello/machines/m1'))).toBeUndefined()
    expect(faults.strikeStart(machine('hello', 'm2', 'ams'))).toMatchObject({ kind: 'oom' })
    expect(faults.strikeStart(machine('hello', 'm2', 'iad'))).toBeUndefined()
    expect(faults.strikeStart(machine('hello', 'm1', 'ams'))).toBeUndefined()
  })

  test('strike for their time, from the nth on', async () => {
    await addFault(file, { place: 'api', kind: 'status', nth: 2, for: 5 })
    const faults = create()
    const strikesAt = (ms: number) => {
      nowMs = ms
      return faults.strike(get('/x')) !== undefined
    }
    expect([0, 60_000, 64_999, 65_000].map(strikesAt)).toEqual([false, true, true, false])
  })

  test('take half of the machines of a region, and always the same', async () => {
    await addFault(file, { place: 'machine', kind: 'unreachable', region: 'ams', share: 0.5 })
    const faults = create()
    const all = ['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => machine('hello', id, 'ams'))
    const gone = () => all.filter(faults.isUnreachable).map(({ id }) => id)
    expect(gone()).toEqual(['m2', 'm4'])
    expect(gone()).toEqual(['m2', 'm4'])
    expect(faults.isUnreachable(machine('hello', 'm6', 'iad'))).toBe(false)
  })

  test('of one seed strike the same ones in every run, of another one others', async () => {
    const wanted = { place: 'api', kind: 'status', probability: 0.3 } as const
    async function run(seed: number) {
      await clearFaults(file)
      await addFault(file, { ...wanted, seed })
      const faults = create()
      return Array.from({ length: 200 }, () => faults.strike(get('/x')) !== undefined)
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    const struck = first.filter(Boolean).length
    expect(struck).toBeGreaterThan(40)
    expect(struck).toBeLessThan(80)
  })

  test('make the clock fast or slow, for their time', async () => {
    await addFault(file, { place: 'platform', kind: 'clock-skew', seconds: -300, for: 60 })
    const faults = create()
    expect(faults.skewMs()).toBe(-300_000)
    nowMs = 60_000
    expect(faults.skewMs()).toBe(0)
  })

  test('are told when they strike', async () => {
    await addFault(file, { place: 'api', kind: 'hang', nth: 2 })
    const told: unknown[] = []
    const faults = createFaults({
      file,
      now: () => nowMs,
      onStrike: ({ kind }, met) => told.push([kind, met]),
    })
    faults.strike(get('/1'))
    faults.strike(get('/2'))
    expect(told).toEqual([['hang', get('/2')]])
  })

  test('end one by one, by their id', async () => {
    const { id } = await addFault(file, { place: 'api', kind: 'hang' })
    const other = await addFault(file, { place: 'api', kind: 'reset' })
    expect(await clearFaults(file, id)).toBe(true)
    expect(await listFaults(file)).toEqual([other])
    expect(await clearFaults(file, id)).toBe(false)
  })

  test.each([
    { place: 'api', kind: 'latency', seconds: -1 },
    { place: 'platform', kind: 'crash' },
    { place: 'machine', kind: 'status' },
    { place: 'api', kind: 'crash' },
  ] as const)('of $place have no kind $kind', async (wanted) => {
    await expect(addFault(file, wanted)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('that make no sense are refused, and change nothing', async () => {
    const wanted = { place: 'api', kind: 'status', status: 99 } as const
    await expect(addFault(file, wanted)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await listFaults(file)).toEqual([])
  })

  test('are listed, and end when they are cleared, while the sandbox runs', async () => {
    const faults = create()
    expect(faults.strike(get('/x'))).toBeUndefined()
    const added = await addFault(file, { place: 'api', kind: 'hang' })
    expect(await listFaults(file)).toEqual([added])
    expect(faults.strike(get('/x'))).toMatchObject({ kind: 'hang' })
    await clearFaults(file)
    expect(faults.strike(get('/x'))).toBeUndefined()
  })
})
