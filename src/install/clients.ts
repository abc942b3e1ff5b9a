import type { Client } from './client.js'
import { editors } from './editors.js'
import { terminals } from './terminals.js'

/** Each client's settings, as its documentation has them in November 2026. */
export const clients: readonly Client[] = [...editors, ...terminals]
