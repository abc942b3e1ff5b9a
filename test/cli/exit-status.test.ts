import { expect, test } from 'vitest'
import { statusOfOutput } from '../../src/cli/exit-status.js'

test.each([
  [{ verdict: 'healthy' }, 0],
  [{ verdict: 'degraded' }, 4],
  [{ verdict: 'unhealthy' }, 1],
  [{ ok: true }, 0],
  [{ ok: false }, 3],
  [{}, 0],
])('a result of %j is exit status %d', (output, status) => {
  expect(statusOfOutput(output)).toBe(status)
})
