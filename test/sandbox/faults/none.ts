import { fault, type NewFault } from '../../../src/sandbox/faults/fault.js'
import type { Faults } from '../../../src/sandbox/faults/faults.js'

export const noFaults: Faults = {
  strike: () => undefined,
  strikeStart: () => undefined,
  isUnreachable: () => false,
  skewMs: () => 0,
}

/** One fault, for the first request that may meet it. */
export function strikingOnce(wanted: NewFault): Faults {
  const only = fault.parse({ ...wanted, id: 'only' })
  let isOver = false
  return {
    ...noFaults,
    strike() {
      if (isOver) return undefined
      isOver = true
      return only
    },
  }
}
