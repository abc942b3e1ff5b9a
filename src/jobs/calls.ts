import { type BoundsOptions, checkBounds } from './bounds.js'

/** The calls that are no jobs, and start programs all the same. */
export interface Calls {
  /** Does the work of a call. Raises `busy` where too many run, and what the work raises. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>
}

/** Counts calls for as long as they work, however they end. */
export function createCalls(options: BoundsOptions): Calls {
  const running = new Set<{ readonly owner: string }>()
  return {
    async run(owner, work) {
      const owners = [...running].map((call) => call.owner)
      checkBounds('calls', owner, owners, options)
      const call = { owner }
      running.add(call)
      try {
        return await work()
      } finally {
        running.delete(call)
      }
    },
  }
}
