import { createHash } from 'node:crypto'

/** An id of what is to be done, and of all that it depends on: 16 hex digits. */
export function planIdOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
