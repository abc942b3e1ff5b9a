export interface FailureDetails {
  readonly suggestion?: string | undefined
  /** The Machines API's id of the request that failed. */
  readonly requestId?: string | undefined
  /** The HTTP status that it was answered with. */
  readonly httpStatus?: number | undefined
  readonly cause?: unknown
}

/** What flyctl prints as `Error: …` before it ends with status 1. */
export class FlyctlError extends Error {
  override readonly name = 'FlyctlError'
  readonly suggestion: string | undefined
  readonly requestId: string | undefined
  readonly httpStatus: number | undefined

  constructor(message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause })
    this.suggestion = details.suggestion
    this.requestId = details.requestId
    this.httpStatus = details.httpStatus
  }
}

/** The same failure with words before it, as Go's `%w` wraps; other errors stay as they are. */
export function wrapped(prefix: string, error: unknown): unknown {
  if (!(error instanceof FlyctlError)) return error
  const { suggestion, requestId, httpStatus } = error
  const details = { suggestion, requestId, httpStatus, cause: error }
  return new FlyctlError(`${prefix}${error.message}`, details)
}

/** Runs `work`; its failure gets words before it. */
export async function wrapping<Result>(
  prefix: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw wrapped(prefix, error)
  }
}

/** As flyctl prints it (flyctl 2026.8, internal/cli/cli.go, printError). */
export function errorText({ message, requestId, suggestion }: FlyctlError): string {
  const id = requestId === undefined ? '' : ` (Request ID: ${requestId})`
  const advice = suggestion === undefined ? '' : `${suggestion}\n\n`
  return `Error: ${message}${id}\n${advice}`
}
