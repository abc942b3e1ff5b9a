import type { GroupMachines } from './machines.js'

/** Memory that Fly gives a CPU of each kind, at least and at most, MB (fly-go machine_types.go). */
const perCpu: Readonly<Record<string, { readonly least: number; readonly most: number }>> = {
  shared: { least: 256, most: 2048 },
  performance: { least: 2048, most: 8192 },
}

/** What is wrong with a size; undefined where Fly has it, or its kind is not known here. Fly refuses it only after the release is made. */
export function sizeFault({ group, size, isSized }: GroupMachines): string | undefined {
  const { cpuKind, cpus, memoryMb } = size
  const bounds = perCpu[cpuKind]
  if (!isSized || bounds === undefined) return undefined
  const [least, most] = [cpus * bounds.least, cpus * bounds.most]
  const isRound = memoryMb % 256 === 0
  if (memoryMb >= least && memoryMb <= most && isRound) return undefined
  const what = `${cpus} ${cpuKind} CPU${cpus === 1 ? '' : 's'}`
  return `${memoryMb}mb is no memory for ${what} of ${group}: Fly gives ${least}mb to ${most}mb, in steps of 256mb`
}
