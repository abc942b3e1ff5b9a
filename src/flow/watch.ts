import { FlyopsError } from '../errors.js'

/** Work that whoever watches flyops is told of; one may be within another. */
export interface WatchedWork {
  /** A call of a client; a job, which may outlive it; or an operation, as the journal has it. */
  readonly kind: 'call' | 'job' | 'operation'
  readonly tool: string
  /** Whose call it is. */
  readonly who?: string
  readonly app?: string
  /** Of the job, or of the operation in the journal. */
  readonly id?: string
  /** W3C trace context of the caller's span. */
  readonly trace?: TraceContext | undefined
}

export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/** How watched work ended. */
export interface WatchedEnd {
  /** Of the error; undefined where it succeeded. */
  readonly code: string | undefined
  readonly message?: string
  readonly result: object
}

/** Does work, and tells whoever watches how it went. `endOf` reads the end out of a value; whatever is raised is one too. */
export type Watch = <T extends object>(
  work: WatchedWork,
  run: () => Promise<T>,
  endOf?: (value: T) => WatchedEnd,
) => Promise<T>

/** Nobody watches. */
export const unwatched: Watch = (_work, run) => run()

/** Two who watch the same. */
export function together(one: Watch, other: Watch): Watch {
  return (work, run, endOf) => one(work, () => other(work, run, endOf), endOf)
}

/** Does work, and tells once how it ended. */
export async function untilEnd<T extends object>(
  run: () => Promise<T>,
  endOf: ((value: T) => WatchedEnd) | undefined,
  onEnd: (end: WatchedEnd) => void,
): Promise<T> {
  try {
    const value = await run()
    onEnd(endOf?.(value) ?? { code: undefined, result: value })
    return value
  } catch (error) {
    onEnd({ code: error instanceof FlyopsError ? error.code : 'internal', result: {} })
    throw error
  }
}
