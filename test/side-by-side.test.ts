import { expect, test } from 'vitest'
import { sideBySide, taking } from '../src/side-by-side.js'

test('of the work that is taken in turn, no more than is allowed is done at a time, and all of it', async () => {
  const inTurn = taking(2)
  let busy = 0
  let most = 0
  const work = (fails: boolean) => async () => {
    busy += 1
    most = Math.max(most, busy)
    await Promise.resolve()
    busy -= 1
    if (fails) throw new Error('failed')
    return busy
  }
  const all = Array.from({ length: 9 }, (_, index) => inTurn(work(index === 3)))
  const ended = await Promise.allSettled(all)
  expect(ended.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(
    1,
  )
  expect(most).toBe(2)
})

test('a failure is told when what had begun has ended, and nothing begins after it', async () => {
  const begun: number[] = []
  const ended: number[] = []
  const gate = Promise.withResolvers<void>()
  const work = async (item: number) => {
    begun.push(item)
    if (item === 0) throw new Error('failed')
    await gate.promise
    ended.push(item)
  }
  const all = sideBySide([0, 1, 2, 3], 2, work)
  setImmediate(gate.resolve)
  await expect(all).rejects.toThrow('failed')
  expect({ begun, ended }).toEqual({ begun: [0, 1], ended: [1] })
})
