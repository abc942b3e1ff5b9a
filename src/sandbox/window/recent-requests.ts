import type { Observer, SeenRequest } from '../observer.js'

const mostKept = 200

/** Who looks, and what is done there, is no request of the platform. */
const ofTheWindow = /^\/(?:window|sandbox)\//

export interface RecentRequests {
  /** Tells `others` too. */
  readonly observer: Observer
  /** The newest first. */
  list(): readonly SeenRequest[]
}

/** Remembers the newest requests that were answered. */
export function createRecentRequests(others: Observer | undefined): RecentRequests {
  let kept: readonly SeenRequest[] = []
  return {
    observer: {
      request(seen) {
        if (!ofTheWindow.test(seen.path)) kept = [seen, ...kept].slice(0, mostKept)
        others?.request(seen)
      },
      strike: (fault, met) => others?.strike(fault, met),
    },
    list: () => kept,
  }
}
