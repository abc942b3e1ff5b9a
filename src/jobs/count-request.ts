/** What a caller has asked of all instances that share a database, in the window that runs. */
export interface RequestCount {
  /** With this one. */
  readonly total: number
  /** When the window ends, by the clock of this machine. */
  readonly endsAt: Date
}

/** Counts one more request of a caller. Undefined where the count of all is not to be had; never rejects. */
export type CountRequest = (caller: string, windowMs: number) => Promise<RequestCount | undefined>
