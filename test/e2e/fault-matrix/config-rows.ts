import type { Row } from './row.js'
export const configRows: readonly Row[] = []
