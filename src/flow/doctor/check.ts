import type { Docker } from '../../docker/docker.js'
import { FlyopsError } from '../../errors.js'
import type { Flyctl } from '../../fly/flyctl.js'
import type { Git } from '../../git/git.js'
import type { SendProbe } from '../../health/probe.js'
import type { DatabaseReport } from '../../jobs/database-report.js'
import type { Journal } from '../../journal/journal.js'
import type { Registry } from '../../registry/registry.js'
import type { CallerRules } from '../rules/caller-rules.js'

/** What checks look at. */
export interface Scene {
  readonly docker: Docker
  readonly flyctl: Flyctl
  /** There where Fly's remote builder builds. */
  readonly registry?: Registry | undefined
  readonly git: Git
  readonly sendProbe: SendProbe
  readonly journal: Journal
  readonly rules?: Pick<CallerRules, 'review'> | undefined
  readonly checkDatabase?: (() => Promise<DatabaseReport>) | undefined
  readonly registryHost: string
  /** The environment of flyops, and of what it starts. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Organization for new apps, where the settings name one. */
  readonly org: string | undefined
  /** Absolute paths of the project folder and of the build context in it; undefined where there is no project. */
  readonly project: { readonly root: string; readonly context: string } | undefined
  /** Aborts when nobody waits for the check any more. */
  readonly signal: AbortSignal
}

export const findingStatuses = ['ok', 'warning', 'failed', 'unknown'] as const

/** What a check found; a `warning` stands in the way of nothing, or of one step only; `unknown` is what nobody answered. */
export interface Finding {
  readonly status: (typeof findingStatuses)[number]
  readonly detail: string
  /** One sentence: what to do about it. */
  readonly fix?: string
}

export interface Check {
  readonly name: string
  /** What it raises becomes a failed finding. */
  run(scene: Scene): Promise<Finding>
  /** The fix where the check does not end in time. */
  readonly fixWhenSlow: string
  /** Whether it asks Fly, whose silence says nothing about what it was asked. */
  readonly asksFly?: true
}

export function ok(detail: string): Finding {
  return { status: 'ok', detail }
}

export function warning(detail: string, fix?: string): Finding {
  return { status: 'warning', detail, ...(fix === undefined ? {} : { fix }) }
}

export function failed(detail: string, fix: string): Finding {
  return { status: 'failed', detail, fix }
}

/** What a client raised, as a finding; an error that is not expected is not shown. */
export function failedBy(error: unknown): Finding {
  if (!(error instanceof FlyopsError)) {
    return failed('The check itself failed.', 'Call doctor again; if it repeats, report it.')
  }
  return failed(error.message, error.remedy ?? 'Call doctor again.')
}
