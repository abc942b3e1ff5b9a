import { expect, test } from 'vitest'
import { createCalls } from '../../src/jobs/calls.js'

const open = () => createCalls({ bounds: { all: 3, perCaller: 2 }, keeper: 'local' })

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  return { run: () => promise, end: () => resolve('done'), fail: () => reject(new Error('broken')) }
}

const busy = expect.objectContaining({ code: 'busy', retry: 'after_wait' })

test('a caller has no more at once than a caller may have', async () => {
  const calls = open()
  const [first, second] = [work(), work()]
  const running = [calls.run('token:ann', first.run), calls.run('token:ann', second.run)]
  await expect(calls.run('token:ann', async () => 'third')).rejects.toEqual(busy)
  expect(await calls.run('token:bob', async () => 'other')).toBe('other')
  first.end()
  second.end()
  expect(await Promise.all(running)).toEqual(['done', 'done'])
})

test('all have no more than there may be, and whoever runs flyops may have them all', async () => {
  const calls = open()
  const works = [work(), work(), work()]
  const running = works.map(({ run }) => calls.run('local', run))
  await expect(calls.run('local', async () => 'fourth')).rejects.toEqual(busy)
  await expect(calls.run('token:ann', async () => 'fourth')).rejects.toEqual(busy)
  for (const { end } of works) end()
  await Promise.all(running)
})

test('however a call ends, it makes room', async () => {
  const calls = open()
  for (let n = 0; n < 10; n += 1) {
    const failing = work()
    const running = calls.run('token:ann', failing.run)
    failing.fail()
    await expect(running).rejects.toThrow('broken')
    const raising = () => {
      throw new Error('at once')
    }
    await expect(calls.run('token:ann', raising)).rejects.toThrow('at once')
  }
  expect(await calls.run('token:ann', async () => 'room')).toBe('room')
})
