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
    expect(faults.strikeStart('other')).toBeUndefined()
    expect(faults.strikeStart('hello')).toMatchObject({ kind: 'crash' })
    expect(faults.strikeStart('hello')).toMatchObject({ kind: 'crash' })
    expect(faults.strikeStart('hello')).toBeUndefined()
    expect(faults.strike(get('/v1/apps/hello/machines'))).toBeUndefined()
  })

  test('of a host that is gone are no matter of starts', async () => {
    await addFault(file, { place: 'machine', kind: 'unreachable', app: 'hello' })
    const faults = create()
    expect(faults.isUnreachable('hello')).toBe(true)
    expect(faults.isUnreachable('other')).toBe(false)
    expect(faults.strikeStart('hello')).toBeUndefined()
  })

  test.each([
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
