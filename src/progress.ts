import type { Stage } from './errors.js'

/** How far some work is. */
export interface ProgressUpdate {
  readonly message: string
  /** 0 to 100, where it can be known. */
  readonly percent?: number
  /** Where it has come to, when that changes. */
  readonly stage?: Stage
}
