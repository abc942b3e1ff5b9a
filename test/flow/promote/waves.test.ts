import { expect, test } from 'vitest'
import { inWaves } from '../../../src/flow/promote/waves.js'

/** Runs `count` items; tells which were started together, in what order. */
async function play(count: number, failing: readonly number[], continueOnFailure: boolean) {
  const started: number[] = []
  let running = 0
  let most = 0
  let pauses = 0
  const items = Array.from({ length: count }, (_, index) => index)
  const results = await inWaves(
    items,
    async (item) => {
      started.push(item)
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return !failing.includes(item)
    },
    (isGood) => isGood,
    {
      waveSize: 4,
      continueOnFailure,
      pause: async () => {
        pauses += 1
      },
    },
  )
  return { results: results.length, started: started.toSorted((a, b) => a - b), most, pauses }
}

test('the first goes alone, the others four by four, all but the first of a wave after a pause', async () => {
  const played = await play(10, [], false)
  expect(played).toEqual({
    results: 10,
    started: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    most: 4,
    pauses: 6,
  })
})

test('where the first fails, no other is started', async () => {
  expect(await play(10, [0], false)).toMatchObject({ results: 1, started: [0] })
})

test('a wave with a failure is the last one', async () => {
  expect(await play(10, [2], false)).toMatchObject({ results: 5 })
})

test('or not, where the caller says so', async () => {
  expect(await play(10, [0, 2], true)).toMatchObject({ results: 10 })
})
