import type { MachineSize } from '../../fly/flyctl.js'

/**
 * List prices of machines that always run, US dollars a month, before the mark-up of a region
 * (https://fly.io/docs/about/pricing/, as of `pricedOn`).
 */
export const pricedOn = '2026-08-07'

const perCpu = {
  shared: { dollars: 1.94, memoryMb: 256 },
  performance: { dollars: 31, memoryMb: 2048 },
} as const

const dollarsPerExtraGb = 5

/** Undefined for kinds that have no list price here, such as GPUs. */
export function monthlyDollars({ cpuKind, cpus, memoryMb }: MachineSize): number | undefined {
  if (cpuKind !== 'shared' && cpuKind !== 'performance') return undefined
  const { dollars, memoryMb: includedMb } = perCpu[cpuKind]
  const extraMb = Math.max(0, memoryMb - cpus * includedMb)
  return cpus * dollars + (extraMb / 1024) * dollarsPerExtraGb
}
