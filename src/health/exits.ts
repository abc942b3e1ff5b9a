import type { Machine, MachineExit } from '../fly/flyctl.js'
import type { Sighting } from './sightings.js'

/** So long must a machine be up for its start to have succeeded, as in flyctl's smoke check (flyctl 2026.8, leasable_machine.go). */
const provenMs = 10_000
/** So long must its checks pass, where it has some. */
const passedMs = 2_000

/** After so long, ends of a machine that is up since are told, and held against it no more. */
const forgivenMs = 3_600_000
/** A machine that ended again and again is believed to stay up at the latest after so long. */
const longestDoubtMs = 600_000
/** Waiting does not help a machine that ended so often. */
const certainExits = 3

/** When machines are judged, and what earlier looks saw of each. */
export interface Moment {
  readonly nowMs: number
  readonly seen: (machine: Machine) => Sighting
}

/** Of machines that nobody has looked at before. */
export const atFirstSight = (): Moment => ({
  nowMs: Date.now(),
  seen: () => ({ upMs: 0, passingMs: 0 }),
})

/** Whether a machine that ended by itself is still down, or has not been up long enough to believe that it stays up. */
export function keepsEnding(machine: Machine, moment: Moment): boolean {
  const { state, exits, lastExit } = machine
  if (state !== 'started') return lastExit !== undefined
  return exits.length > 0 && upMs(machine, moment) < doubtMs(machine)
}

/** Whether it is certain that it does not come up by itself. */
export function isLoop(machine: Machine, moment: Moment): boolean {
  return machine.exits.length >= certainExits && keepsEnding(machine, moment)
}

export interface Youth {
  /** For how long it is up; where checks watch it, for how long they pass. */
  readonly ageMs: number
  /** How long that must be. */
  readonly provenMs: number
  /** What is left of it. */
  readonly leftMs: number
}

/**
 * Of a machine that is up for less than a start takes to prove itself; undefined where it is not up, or Fly does not
 * say since when. A check that passes is half the proof: an app may still end once it has begun to work.
 */
export function youthOf(machine: Machine, moment: Moment): Youth | undefined {
  const { state, upSinceMs, checks, checksConfigured } = machine
  if (state !== 'started' || upSinceMs === undefined) return undefined
  const isChecked = checksConfigured > 0
  const since = isChecked ? checks.map(({ updatedAtMs }) => updatedAtMs ?? upSinceMs) : []
  const ageMs = Math.max(0, moment.nowMs - Math.max(upSinceMs, ...since))
  const neededMs = isChecked ? passedMs : provenMs
  const seen = moment.seen(machine)
  const leftMs = neededMs - Math.max(ageMs, isChecked ? seen.passingMs : seen.upMs)
  return leftMs > 0 ? { ageMs, provenMs: neededMs, leftMs } : undefined
}

/** Whether its ends by itself are so long ago that they are only told. */
export function isForgiven({ exits }: Machine, { nowMs }: Moment): boolean {
  const [{ atMs } = { atMs: undefined }] = exits
  return atMs !== undefined && nowMs - atMs > forgivenMs
}

/** "Machine m1 ended by itself 3 times since its last update, last with exit code 4" */
export function describeExits(machine: Machine, { nowMs }: Moment): string {
  const { id, exits, updatesMs } = machine
  const [last] = exits
  const times = exits.length === 1 ? 'once' : `${exits.length} times`
  // Fly has forgotten the update, and so perhaps some ends since.
  const atLeast = updatesMs.length === 0 ? 'at least ' : ''
  const how = last === undefined ? '' : `, ${exits.length === 1 ? '' : 'last '}${describeEnd(last)}`
  const age = last?.atMs === undefined ? '' : describeAge(nowMs - last.atMs)
  return `Machine ${id} ended by itself ${atLeast}${times} since its last update${how}${age}`
}

function describeEnd({ exitCode, oomKilled }: MachineExit): string {
  return oomKilled
    ? `killed for lack of memory (exit code ${exitCode})`
    : `with exit code ${exitCode}`
}

function describeAge(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000)
  if (minutes < 1) return ''
  const [count, unit] = minutes < 120 ? [minutes, 'minute'] : [Math.floor(minutes / 60), 'hour']
  return `, ${count} ${unit}${count === 1 ? '' : 's'} ago`
}

function upMs(machine: Machine, { nowMs, seen }: Moment): number {
  const { upSinceMs } = machine
  return Math.max(upSinceMs === undefined ? 0 : nowMs - upSinceMs, seen(machine).upMs)
}

/** Twice the longest life that it had before; after its only end, as long as a start takes to prove itself. */
function doubtMs({ exits, checks }: Machine): number {
  if (exits.length === 1) {
    const isChecked = checks.length > 0 && checks.every(({ status }) => status === 'passing')
    return isChecked ? 0 : provenMs
  }
  const times = exits.map(({ atMs = 0 }) => atMs)
  const lives = times.slice(1).map((atMs, index) => (times[index] ?? 0) - atMs)
  return Math.min(Math.max(provenMs, 2 * Math.max(...lives)), longestDoubtMs)
}
