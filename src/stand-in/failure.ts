interface FailureDetails {
  /** A paragraph below the message: what it means, or what to do. */
  readonly suggestion?: string | undefined
  /** Of the API's answer. */
  readonly requestId?: string | undefined
  readonly httpStatus?: number | undefined
  readonly cause?: unknown
}

/** A failure that is reported as `Error: …`, status 1. */
export class FlyctlError extends Error {
  override readonly name = 'FlyctlError'
  readonly details: FailureDetails

  constructor(message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause })
    this.details = details
  }
}

/** The failure with words before its message; its details stay. */
export function wrap(words: string, error: unknown): Error {
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
