import type { AppConfig, Compute } from '../shapes/app-config.js'
import type { Guest } from '../shapes/machine.js'
import { parseMebibytes } from './sizes.js'

/** Cores of each size, and mebibytes of a core (fly-go 0.9, machine_types.go, MachinePresets). */
const kinds = {
  shared: { cores: [1, 2, 4, 6, 8], mebibytes: 256, size: (cpus: number) => `shared-cpu-${cpus}x` },
  performance: {
    cores: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    mebibytes: 2048,
    size: (cpus: number) => `performance-${cpus}x`,
  },
} as const

export const defaultGuest: Guest = { cpu_kind: 'shared', cpus: 1, memory_mb: 256 }

const presets: Readonly<Record<string, Guest>> = Object.fromEntries(
  Object.entries(kinds).flatMap(([cpu_kind, { cores, mebibytes, size }]) =>
    cores.map((cpus) => [size(cpus), { cpu_kind, cpus, memory_mb: cpus * mebibytes }]),
  ),
)

/** Undefined where the file has no [[vm]] for the group: then the machine's own size stays. */
export function guestOf({ vm = [], host_dedication_id }: AppConfig): Guest | undefined {
  const [compute] = vm
  if (compute === undefined) return undefined
  const { size, memory, processes: _, ...own } = compute
  const guest = preset(size || 'shared-cpu-1x')
  return {
    ...guest,
    ...(host_dedication_id ? { host_dedication_id } : {}),
    ...(memory ? { memory_mb: mebibytesOf(memory) } : {}),
    ...filled(own),
  }
}

function preset(size: string): Guest {
  const guest = presets[size]
  if (guest !== undefined) return guest
  const kind = Object.keys(kinds).find((name) => size.startsWith(name))
  if (kind === undefined)
    throw new Error(
      `invalid machine preset requested, '${size}', expected to start with 'shared' or 'performance'`,
    )
  const sizes = Object.keys(presets).filter((name) => name.startsWith(kind))
  throw new Error(
    `'${size}' is an invalid machine size, choose one of: [${sizes.sort().join(' ')}]`,
  )
}

function mebibytesOf(memory: string): number {
  const mebibytes = parseMebibytes(memory)
  if (mebibytes === 0) throw new Error('memory cannot be zero')
  return mebibytes
}

/** What the file sets, zero values left out. */
function filled(own: Omit<Compute, 'size' | 'memory' | 'processes'>): Guest {
  const set = Object.entries(own).filter(([, value]) => value !== '' && value !== 0)
  return Object.fromEntries(set)
}
