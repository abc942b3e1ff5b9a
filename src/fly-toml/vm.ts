import type { TomlTable } from 'smol-toml'
import { tablesIn } from './tables.js'

/** The least memory for a CPU of each kind, MB (fly-go machine_types.go, presets). */
const leastMbPerCpu = new Map([['performance', 2048]])
const leastSharedMb = 256

/** Every table that sizes machines, under the three names that flyctl reads. */
export function vmTables(config: TomlTable): TomlTable[] {
  return [config.compute, config.computes, config.vm].flatMap(tablesIn)
}

/** What a machine has where its memory is not given, MB. */
export function leastMemoryMb(cpuKind: string, cpus: number): number {
  return cpus * (leastMbPerCpu.get(cpuKind) ?? leastSharedMb)
}
