import { FlyopsError, type NextCall } from '../errors.js'

/** How many may run at once. */
export interface Bounds {
  readonly all: number
  readonly perCaller: number
}

export interface BoundsOptions {
  readonly bounds: Bounds
  /** Whoever runs this flyops, who may have as many as all others. */
  readonly keeper: string
}

/** Those who have something running: each once for each. */
type Owners = readonly string[]

/** Raises `busy` where the owner, or everybody, has as many running already as there may be. */
export function checkBounds(
  what: 'jobs' | 'calls',
  owner: string,
  running: Owners,
  { bounds, keeper }: BoundsOptions,
  next: readonly NextCall[] = [],
): void {
  const own = running.filter((each) => each === owner).length
  if (owner !== keeper && own >= bounds.perCaller) {
    throw busy(`${own} ${what} of yours run, and a caller may have no more at once.`, next)
  }
  if (running.length >= bounds.all) {
    throw busy(`${running.length} ${what} run, and this flyops takes no more at once.`, next)
  }
}

function busy(message: string, next: readonly NextCall[]): FlyopsError {
  return new FlyopsError('busy', 'preflight', message, {
    remedy:
      'Wait until one has ended, and call again; docs/hosting.md, Settings, tells the limits.',
    retry: 'after_wait',
    next,
  })
}
