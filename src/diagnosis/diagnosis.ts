import type { Actor } from '../error-codes.js'
import type { Retry, Stage } from '../errors.js'

/** Where a text is usually seen; the stages of the flow, and what runs on Fly after it. */
export const diagnosisStages = [
  'preflight',
  'build',
  'push',
  'auth',
  'create_app',
  'config',
  'deploy',
  'release_command',
  'boot',
  'health',
  'traffic',
  'logs',
  'any',
] as const

export type DiagnosisStage = (typeof diagnosisStages)[number]

/** A stage that a caller may name: one of the errors' or one of the entries'. */
export type StageHint = Stage | DiagnosisStage

/**
 * How near to the root a text is: a `wrapper` names only the step that failed, a `symptom` what was seen
 * from outside, a `cause` why.
 */
export type Depth = 'wrapper' | 'symptom' | 'cause'

/** A call that repairs it: `arguments` are known, those named in `needs` are the caller's to fill in. */
export interface Repair {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly needs: readonly string[]
  readonly why: string
}

/** One known failure. `cause`, `remedy` may name a group of the pattern as `$<group>`. */
export interface Entry {
  readonly id: string
  readonly stage: DiagnosisStage
  /** Never global. Named groups that a repair needs become its arguments. */
  readonly pattern: RegExp
  /** Default: cause. */
  readonly depth?: Depth
  readonly cause: string
  readonly remedy: string
  readonly retry: Retry
  /** By the code, where the entry bears the name of one. */
  readonly who?: Actor
  readonly next?: Repair
}

/** What is known about a text. */
export interface Diagnosis {
  readonly id: string
  readonly stage: DiagnosisStage
  readonly cause: string
  readonly remedy: string
  readonly retry: Retry
  readonly who: Actor
  readonly next: Repair | undefined
}
