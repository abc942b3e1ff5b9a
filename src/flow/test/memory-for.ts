const leastMb = 256

/** The next size of Fly's that leaves an app as much again as it has used. */
export function memoryFor(peakMb: number): string {
  return `${2 ** Math.ceil(Math.log2(Math.max(leastMb, 2 * peakMb)))}mb`
}
