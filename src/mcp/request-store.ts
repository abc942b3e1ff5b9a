import type { Env } from 'hono'
import { MemoryStore, type Store } from 'hono-rate-limiter'
import type { CountRequest, RequestCount } from '../jobs/count-request.js'

/** No request waits longer for the count of all. */
const patienceMs = 1_000
/** After a count that did not come, this instance counts alone for so long. */
const pauseMs = 5_000

/**
 * Counts the requests of each caller at all instances, and here: the greater number holds, so that where the others'
 * is not to be had this instance has its own limit. Who is over the limit here costs the others nothing more.
 */
export function createRequestStore<E extends Env>(
  countForAll: CountRequest,
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
): Store<E> {
  const here = new MemoryStore<E>()
  let asksFromMs = 0

  async function askAll(caller: string): Promise<RequestCount | undefined> {
    if (performance.now() < asksFromMs) return undefined
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => late.resolve(undefined), patienceMs)
    const count = await Promise.race([countForAll(caller, windowMs), late.promise])
    clearTimeout(timer)
    if (count === undefined) asksFromMs = performance.now() + pauseMs
    return count
  }

  return {
    init: (options) => here.init(options),
    async increment(caller) {
      const own = { ...here.increment(caller) }
      const all = own.totalHits > limit ? undefined : await askAll(caller)
      return all === undefined || all.total < own.totalHits
        ? own
        : { totalHits: all.total, resetTime: all.endsAt }
    },
    decrement: (caller) => here.decrement(caller),
    resetKey: (caller) => here.resetKey(caller),
  }
}
