import type { Stage } from './errors.js'

/** Of a message, as it is shown: a program may print a line of any length. */
export const shownMessageChars = 300

/** How far some work is. */
export interface ProgressUpdate {
  readonly message: string
  /** 0 to 100, where it can be known. */
  readonly percent?: number
  /** Where it has come to, when that changes. */
  readonly stage?: Stage
}
