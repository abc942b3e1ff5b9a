/** Where the platform gets time and names from; tests give their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** `bytes` random bytes in hexadecimal. */
  randomHex(bytes: number): string
}

export function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
