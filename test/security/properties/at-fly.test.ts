import { test } from 'vitest'
import { checkCalls } from './check-calls.js'

const minuteMs = 60_000

// Beside `properties`, for tripwires are laid once in a process.
test(
  'no call breaks a rule where Fly.io’s remote builder builds',
  async () => {
    await checkCalls({ runs: 300, builder: 'fly' })
  },
  10 * minuteMs,
)
