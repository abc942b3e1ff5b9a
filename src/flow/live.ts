import { FlyopsError, hasCode } from '../errors.js'
import type { AppStatus, Machine } from '../fly/flyctl.js'
import { faultOfMachine, isAtRest } from '../health/machine-fault.js'
import type { Verdict } from '../health/verdict.js'
import { readCommitTag } from './commit-tag.js'
import type { ToolContext } from './context.js'

/** A release that machines carry, whatever their state. */
export interface CarriedRelease {
  /** Undefined for machines that no deploy made. */
  readonly version: number | undefined
  readonly commit: string | undefined
  /** Whether uncommitted changes are in its image. */
  readonly dirty: boolean
  readonly machines: readonly Machine[]
  /** Whether one of them takes requests, or would be woken by one. */
  readonly serves: boolean
}

/** What the machines carry, the newest release first. */
export function carriedReleases(machines: readonly Machine[]): readonly CarriedRelease[] {
  return [...Map.groupBy(machines, ({ release }) => release)]
    .map(([version, group]) => ({
      version,
      commit: group.find(({ commit }) => commit !== undefined)?.commit,
      dirty: group.some(({ image }) => readCommitTag(image).dirty === true),
      machines: group,
      serves: takersOf(group).some((machine) => faultOfMachine(machine) === undefined),
    }))
    .sort((one, other) => (other.version ?? 0) - (one.version ?? 0))
}

/** Those that take requests; where none does, all do their work. */
function takersOf(machines: readonly Machine[]): readonly Machine[] {
  const takers = machines.filter(({ hasService }) => hasService)
  return takers.length === 0 ? machines : takers
}

/** The newest release that serves; undefined where none does. */
export function servingRelease(machines: readonly Machine[]): number | undefined {
  return carriedReleases(machines).find(({ serves }) => serves)?.version
}

export interface KnownOfApp {
  /** The newest release before the work that failed. */
  readonly before?: number | undefined
  /** By the evidence, where it was judged. */
  readonly verdict?: Verdict | undefined
}

const lookMs = 5_000

/** Where nothing was changed, whatever serves does so still. */
const unchanged: KnownOfApp = { before: Number.POSITIVE_INFINITY }

/** The error with what the app runs now, unless it says so already; of bad input, for which nothing is started, not. */
export async function sayingWhatLives(
  error: unknown,
  app: string,
  { flyctl }: Pick<ToolContext, 'flyctl'>,
  known = unchanged,
): Promise<unknown> {
  if (!(error instanceof FlyopsError) || error.live !== undefined) return error
  if (error.code === 'invalid_input') return error
  const live = await flyctl.status(app, { signal: AbortSignal.timeout(lookMs) }).then(
    (status) => describeLive(status, known),
    (reason) =>
      hasCode(reason, 'app_not_found')
        ? `There is no app ${app}.`
        : `What ${app} runs could not be seen.`,
  )
  return error.with({ live })
}

/** What runs of an app now, as one sentence: "Release 7 (commit 1a2b3c4) still serves." */
export function describeLive(
  { name, machines }: Pick<AppStatus, 'name' | 'machines'>,
  known: KnownOfApp = {},
): string {
  const carried = carriedReleases(machines)
  const [only, ...others] = carried
  if (only === undefined) return `Nothing is deployed to ${name}.`
  if (others.length === 0) return `${capital(nameOf(only))} ${doing(only, known)}.`
  const parts = carried.map(
    (each) => `${nameOf(each)} is on ${namesOf(each.machines)} and ${doing(each, known)}`,
  )
  return `${capital(parts.join('; '))}.`
}

function nameOf({ version, commit, dirty }: CarriedRelease): string {
  const release = version === undefined ? 'an unknown release' : `release ${version}`
  const changes = dirty ? ' with uncommitted changes' : ''
  return commit === undefined ? release : `${release} (commit ${commit.slice(0, 7)}${changes})`
}

function doing({ version = 0, serves, machines }: CarriedRelease, known: KnownOfApp): string {
  const isNew = version > (known.before ?? Number.POSITIVE_INFINITY)
  if (serves && !(known.verdict === 'unhealthy' && isNew))
    return known.before === undefined || isNew ? 'serves' : 'still serves'
  const isStopped = machines.every((machine) => isAtRest(machine) && !machine.lastExit)
  return isStopped ? 'is stopped, and does not serve' : 'runs but does not serve'
}

const shownMachines = 5

function namesOf(machines: readonly Machine[]): string {
  const ids = machines.slice(0, shownMachines).map(({ id }) => id)
  const others = machines.length - ids.length
  const more = others === 0 ? '' : ` and ${others} more`
  return `machine${machines.length === 1 ? '' : 's'} ${ids.join(', ')}${more}`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
