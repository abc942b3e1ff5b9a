/** The milliseconds of CPU that work takes of this process: whatever else the machine has to do adds none. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1_000
}
