import type { Caller, Verifier } from './caller.js'
import { digestOf } from './tokens.js'

export type Answer =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'wrong' }
  /** Too many were wrong lately. Whether this one is may not even have been looked at. */
  | { readonly kind: 'slowed'; readonly waitMs: number }

/** Tells whose token it is that came from an address. Raises where it cannot tell. */
export type SlowVerifier = (token: string, address: string) => Promise<Answer>

export interface Clock {
  /** Milliseconds; any origin. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<unknown>
}

/** How fast tokens that nobody here has seen before are looked at. */
interface Pace {
  /** So many may be wrong in a minute before it begins to matter. */
  readonly free: number
  /** From then on one is looked at in so long. */
  readonly gapMs: number
}

/** Slow enough that one address alone never slows the others. */
const ofAddress: Pace = { free: 20, gapMs: 250 }
const ofAll: Pace = { free: 300, gapMs: 100 }
const windowMs = 60_000
const longestWaitMs = 5_000

/**
 * Slows down whoever tries tokens, by address and altogether. A token that was right before is looked at at
 * once, however many wrong ones come; one that is new waits its turn with them.
 */
export function createSlowVerifier(verify: Verifier, clock: Clock): SlowVerifier {
  const right = new Set<string>()
  const lanes = new Map<string, Lane>()
  const all = createLane(ofAll, clock)
  let before: Promise<unknown> = Promise.resolve()

  const slowLanes = (address: string) =>
    [lanes.get(address), all].filter((lane) => lane?.isSlow() ?? false) as readonly Lane[]
  /** How long it counts that one more was wrong, where there are too many by now. */
  function countWrong(address: string): number {
    for (const [name, lane] of lanes) if (lane.isOver()) lanes.delete(name)
    const lane = lanes.get(address) ?? createLane(ofAddress, clock)
    lanes.set(address, lane)
    return Math.max(lane.countWrong(), all.countWrong())
  }
  /** One after the other, so that of many that come at once no more are looked at than of as many in a row. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = before.then(work)
    before = done.catch(() => {})
    return done
  }

  return async (token, address) => {
    const digest = digestOf(token).toString('hex')
    if (right.has(digest)) {
      const caller = await verify(token)
      if (caller !== undefined) return { kind: 'known', caller }
      right.delete(digest)
    }
    const look = async (): Promise<Answer> => {
      const caller = await verify(token)
      if (caller !== undefined) {
        right.add(digest)
        return { kind: 'known', caller }
      }
      const waitMs = countWrong(address)
      return waitMs > 0 ? { kind: 'slowed', waitMs } : { kind: 'wrong' }
    }
    const answer = await inTurn(async () => (slowLanes(address).length > 0 ? undefined : look()))
    if (answer !== undefined) return answer
    for (const lane of slowLanes(address)) {
      const waitMs = lane.takeTurn()
      if (waitMs > longestWaitMs) return { kind: 'slowed', waitMs }
      await clock.sleep(waitMs)
    }
    return inTurn(look)
  }
}

interface Lane {
  /** Whether so many were wrong that each must wait. */
  isSlow(): boolean
  /** Whether what was wrong is so long ago that it no longer counts. */
  isOver(): boolean
  /** How long to wait for the next turn; beyond the longest wait none is taken. */
  takeTurn(): number
  /** How long it will count, where there are too many by now, else 0. */
  countWrong(): number
}

function createLane({ free, gapMs }: Pace, { now }: Clock): Lane {
  let wrong = 0
  let endsAtMs = now() + windowMs
  let nextAtMs = 0

  const isOver = () => now() >= endsAtMs
  const isSlow = () => wrong >= free && !isOver()
  return {
    isSlow,
    isOver,
    takeTurn() {
      const waitMs = Math.max(0, nextAtMs - now())
      if (waitMs <= longestWaitMs) nextAtMs = now() + waitMs + gapMs
      return waitMs
    },
    countWrong() {
      if (isOver()) {
        wrong = 0
        endsAtMs = now() + windowMs
      }
      wrong += 1
      return wrong > free ? endsAtMs - now() : 0
    },
  }
}
