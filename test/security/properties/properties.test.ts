import { test } from 'vitest'
import { checkCalls } from './check-calls.js'

const minuteMs = 60_000

// What fails is repeated by `npm run fuzz -- --runs 2000` with the seed and the path of the failure.
test(
  'no call starts, reads, writes, tells or leaves what it should not',
  async () => {
    await checkCalls({ runs: 2_000 })
  },
  10 * minuteMs,
)
