import type { AppConfig } from './shape.js'

/** Mebibytes of a core, and the cores that there are (fly-go 0.9, machine_types.go, MachinePresets). */
const kinds = {
  shared: { mebibytes: 256, cores: [1, 2, 4, 6, 8] },
  performance: { mebibytes: 2048, cores: [1, 2, 4, 6, 8, 10, 12, 14, 16] },
}

export const defaultGuest = { cpu_kind: 'shared', cpus: 1, memory_mb: 256 }

/** Undefined where the file has no [[vm]] for the group: then the machine's own size stays. */
export function guestOf({ vm: [compute] = [] }: AppConfig): object | undefined {
  if (compute === undefined) return undefined
  const { size, memory, processes: _, ...own } = compute
  const memoryOf = memory ? { memory_mb: mebibytesOf(memory) } : {}
  return { ...(size ? guestOfSize(size) : defaultGuest), ...memoryOf, ...own }
}

/** "shared-cpu-2x". Raises an error for one that there is not. */
function guestOfSize(size: string): typeof defaultGuest {
  const [, count] = /-(\d+)x$/.exec(size) ?? []
  const cpu_kind = size.startsWith('performance-') ? 'performance' : 'shared'
  const { mebibytes, cores } = kinds[cpu_kind]
  const cpus = Number(count)
  if (!cores.includes(cpus)) throw new Error(`'${size}' is an invalid machine size`)
  return { cpu_kind, cpus, memory_mb: cpus * mebibytes }
}

/** "512mb", "1gb"; a bare number is in mebibytes. Raises an error for anything else. */
function mebibytesOf(memory: string): number {
  const [, count, unit = ''] = /^(\d+) ?([mg])?i?b?$/i.exec(memory) ?? []
  if (count === undefined) throw new Error(`invalid size: '${memory}'`)
  return Number(count) * (unit.toLowerCase() === 'g' ? 1024 : 1)
}
