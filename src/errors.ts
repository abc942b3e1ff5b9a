/** Every way in which flyops fails; closed, so that a caller can switch on it. */
export const errorCodes = [
  'invalid_input',
  'root_unset',
  'not_a_git_repo',
  'no_commits',
  'git_missing',
  'source_unavailable',
  'docker_missing',
  'docker_daemon_down',
  'buildx_missing',
  'dockerfile_missing',
  'build_failed',
  'image_not_local',
  'not_authenticated',
  'test_failed',
  'push_refused',
  'tag_moved',
  'name_taken',
  'org_required',
  'unknown_org',
  'app_not_found',
  'config_invalid',
  'secret_missing',
  'image_not_found',
  'release_not_found',
  'other_organization',
  'deploy_failed',
  'deploy_in_progress',
  'plan_stale',
  'unhealthy',
  'logs_unavailable',
  'job_not_found',
  'busy',
  'journal_unreadable',
  'not_confirmed',
  'forbidden',
  'refused',
  'timed_out',
  'cancelled',
  'flyctl_missing',
  'flyctl_too_old',
  'unknown_failure',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

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

/** Whether the same call may be made again. */
export type Retry = 'no' | 'once' | 'yes' | 'after_wait'

/** Who must act: the tool's caller alone, the caller after asking, or a person outside of the chat. */
export type Actor = 'tool' | 'ask' | 'human'

const whoActs: Partial<Readonly<Record<ErrorCode, Actor>>> = {
  root_unset: 'human',
  git_missing: 'human',
  docker_missing: 'human',
  docker_daemon_down: 'human',
  buildx_missing: 'human',
  flyctl_missing: 'human',
  flyctl_too_old: 'human',
  not_authenticated: 'human',
  journal_unreadable: 'human',
  forbidden: 'human',
  refused: 'human',
  org_required: 'ask',
  unknown_org: 'ask',
  name_taken: 'ask',
  tag_moved: 'ask',
  not_confirmed: 'ask',
}

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
  readonly remedy?: string
  readonly retry?: Retry
  /** By the code, unless given. */
  readonly who?: Actor
  /** At most three calls that repair it. */
  readonly next?: readonly NextCall[]
  /** What the failing step or machine printed last; bounded and redacted. */
  readonly evidence?: string
  /** Id of the known failure that the evidence shows; `unknown_failure` where it shows none. */
  readonly diagnosis?: string
  readonly cause?: unknown
}

/** The one error that tools raise: a code, one sentence of cause, the next step and the evidence. */
export class FlyopsError extends Error {
  override readonly name = 'FlyopsError'
  readonly code: ErrorCode
  readonly stage: Stage
  readonly remedy: string | undefined
  readonly retry: Retry
  readonly who: Actor
  readonly next: readonly NextCall[]
  readonly evidence: string | undefined
  readonly diagnosis: string | undefined

  constructor(code: ErrorCode, stage: Stage, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.stage = stage
    this.remedy = details.remedy
    this.retry = details.retry ?? 'no'
    this.who = details.who ?? whoActs[code] ?? 'tool'
    this.next = details.next ?? []
    this.evidence = details.evidence
    this.diagnosis = details.diagnosis
  }
}
