interface FailureDetails {
  /** A paragraph below the message. */
  readonly description?: string
  /** What to do, below that. */
  readonly suggestion?: string
  /** Of the API's answer. */
  readonly requestId?: string
  readonly httpStatus?: number
  readonly cause?: unknown
}

/** A failure that flyctl reports as `Error: …`, status 1. */
export class FlyctlError extends Error {
  override readonly name = 'FlyctlError'
  readonly details: FailureDetails

  constructor(message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.details = details
  }
}

/** The caller ended it (SIGINT, SIGTERM): status 127, and no `Error:` line. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
}

/** As Go's `fmt.Errorf("words: %w", err)`: the details of the inner failure stay. */
export function wrap(words: string, error: unknown): Error {
  if (error instanceof CancelledError) return new CancelledError(`${words}: ${error.message}`)
  const details = error instanceof FlyctlError ? error.details : {}
  return new FlyctlError(`${words}: ${messageOf(error)}`, { ...details, cause: error })
}

/** Runs `work`; a failure gets the words before it. */
export async function wrapping<Result>(words: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw wrap(words, error)
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function httpStatusOf(error: unknown): number | undefined {
  return error instanceof FlyctlError ? error.details.httpStatus : undefined
}
