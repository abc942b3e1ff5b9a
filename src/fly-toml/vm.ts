import type { TomlTable } from 'smol-toml'
import { tablesIn } from './tables.js'

/** The least memory for a CPU of each kind, MB (fly-go machine_types.go, presets). */
const leastMbPerCpu = new Map([['performance', 2048]])
const leastSharedMb = 256
const defaultMb = 1024

/** Every table that sizes machines, under the three names that flyctl reads. */
export function vmTables(config: TomlTable): TomlTable[] {
  return [config.compute, config.computes, config.vm].flatMap(tablesIn)
}

/** The default machine, with as much memory as the wanted CPUs need: Fly refuses less only after the release is made. */
export function defaultVm({
  cpus = 1,
  cpuKind = 'shared',
}: {
  readonly cpus?: number
  readonly cpuKind?: string
}): TomlTable {
  const leastMb = leastMemoryMb(cpuKind, cpus)
  return { memory: memoryText(Math.max(defaultMb, leastMb)), cpu_kind: cpuKind, cpus: BigInt(cpus) }
}

/** What a machine has where its memory is not given, MB. */
export function leastMemoryMb(cpuKind: string, cpus: number): number {
  return cpus * (leastMbPerCpu.get(cpuKind) ?? leastSharedMb)
}

function memoryText(sizeMb: number): string {
  return sizeMb % 1024 === 0 ? `${sizeMb / 1024}gb` : `${sizeMb}mb`
}
