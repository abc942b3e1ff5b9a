import type { Row } from './row.js'
export const clientRows: readonly Row[] = []
