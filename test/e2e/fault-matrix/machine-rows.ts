import type { Row } from './row.js'
export const machineRows: readonly Row[] = []
