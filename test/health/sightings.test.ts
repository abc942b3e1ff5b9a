import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSightings } from '../../src/health/sightings.js'
import { machine } from '../support/machines.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTime(ms)
const critical = { name: 'check', status: 'critical', output: '503', updatedAtMs: undefined }
const failing = machine({ checks: [critical] })
const never = { upMs: 0, passingMs: 0 }

describe('a machine was seen', () => {
  test('never, before the first look, and for no time at it', () => {
    const sightings = createSightings()
    expect(sightings.of(machine())).toEqual(never)
    sightings.see([machine()])
    expect(sightings.of(machine())).toEqual(never)
  })

  test('up and passing since the first look that found it so', () => {
    const sightings = createSightings()
    sightings.see([failing])
    pass(3_000)
    sightings.see([machine()])
    expect(sightings.of(machine())).toEqual({ upMs: 3_000, passingMs: 0 })
    pass(2_000)
    sightings.see([machine()])
    expect(sightings.of(machine())).toEqual({ upMs: 5_000, passingMs: 2_000 })
  })

  test.each([
    ['another start of it', machine({ upSinceMs: Date.now() + 1_000 })],
    ['a machine at rest', machine({ state: 'stopped' })],
    ['another machine', machine({ id: 'm2' })],
  ])('for no time where a look finds %s', (_what, found) => {
    const sightings = createSightings()
    sightings.see([machine()])
    pass(5_000)
    sightings.see([found])
    expect(sightings.of(found)).toEqual(never)
    pass(1_000)
    sightings.see([machine()])
    expect(sightings.of(machine())).toEqual(never)
  })

  test('passing anew after a look that found it failing', () => {
    const sightings = createSightings()
    sightings.see([machine()])
    pass(1_000)
    sightings.see([failing])
    pass(1_000)
    sightings.see([machine()])
    expect(sightings.of(machine())).toEqual({ upMs: 2_000, passingMs: 0 })
  })
})
