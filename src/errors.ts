import { type Actor, type ErrorCode, factsOf } from './error-codes.js'

/** Whether the same call may be made again. */
export type Retry = 'no' | 'once' | 'yes' | 'after_wait'

/** Where in the flow something happened. */
export type Stage =
  | 'settings'
  | 'preflight'
  | 'build'
  | 'auth'
  | 'test'
  | 'push'
  | 'create_app'
  | 'config'
  | 'deploy'
  | 'health'
  | 'releases'
  | 'sandbox'

/** A call that a caller can make as it stands. */
export interface NextCall {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly why: string
}

/** Something to know about a result that is not a failure; `cosmetic` ones need no action. */
export interface Warning {
  readonly code: string
  readonly cosmetic: boolean
  readonly text: string
}

export interface FailureDetails {
  /** One sentence for people: what to do now. */
  readonly remedy?: string | undefined
  /** Default: no. */
  readonly retry?: Retry
  /** By the code, unless given. */
  readonly who?: Actor
  /** At most three calls that repair it. */
  readonly next?: readonly NextCall[]
  /** What the app runs now, as a sentence: "Release 7 still serves." */
  readonly live?: string | undefined
  /** What the failing step or machine printed last; bounded and redacted. */
  readonly evidence?: string | undefined
  /** Id of the known failure that the evidence shows; `unknown_failure` where it shows none. */
  readonly diagnosis?: string
  readonly cause?: unknown
}

/** What may be said anew of an error that is raised again. */
export interface Restated extends FailureDetails {
  readonly code?: ErrorCode
  readonly stage?: Stage
  readonly message?: string
}

/** The one error that the flow raises: a code, one sentence of cause, the next step and the evidence. */
export class FlyopsError extends Error {
  override readonly name = 'FlyopsError'
  readonly code: ErrorCode
  readonly stage: Stage
  readonly remedy: string | undefined
  readonly retry: Retry
  readonly who: Actor
  readonly next: readonly NextCall[]
  readonly live: string | undefined
  readonly evidence: string | undefined
  readonly diagnosis: string | undefined
  readonly #given: FailureDetails

  constructor(code: ErrorCode, stage: Stage, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.stage = stage
    this.remedy = details.remedy
    this.retry = details.retry ?? 'no'
    this.who = details.who ?? factsOf(code).who
    this.next = details.next ?? []
    this.live = details.live
    this.evidence = details.evidence
    this.diagnosis = details.diagnosis
    this.#given = details
  }

  /** The same error with some of it said anew; nothing else that it knows is lost. */
  with({ code, stage, message, ...details }: Restated): FlyopsError {
    return new FlyopsError(code ?? this.code, stage ?? this.stage, message ?? this.message, {
      ...this.#given,
      ...details,
    })
  }

  /** All that callers are told; what is not known is left out. */
  describe() {
    const { code, stage, message, live, remedy, retry, who, next, evidence, diagnosis } = this
    return {
      code,
      stage,
      message,
      ...(live === undefined ? {} : { live }),
      ...(remedy === undefined ? {} : { remedy }),
      retry,
      who,
      next,
      ...(evidence === undefined ? {} : { evidence }),
      ...(diagnosis === undefined ? {} : { diagnosis }),
    }
  }
}

/** Whether something that was raised is an error of ours with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is FlyopsError {
  return error instanceof FlyopsError && codes.includes(error.code)
}

/** Whether something that was raised is an error of the system with one of these codes, such as ENOENT. */
export function hasSystemCode(error: unknown, ...codes: readonly string[]): error is Error {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
