import { setTimeout as sleep } from 'node:timers/promises'
import type { AppStatus, Machine } from '../../fly/flyctl.js'
import { atFirstSight, describeExits } from '../../health/exits.js'
import type { ToolContext } from '../context.js'
import { hasIt, type RolloutRequest } from './rollout-request.js'

/** A machine that does not come up with what is rolled out, or whose host is gone, and the app as it then was. */
export interface Crash {
  readonly machine: Machine
  readonly status: AppStatus
}

export interface Watching {
  /** Aborted when flyctl has ended. */
  readonly ended: AbortSignal
  /** Aborted when flyctl says that every machine has come up. */
  readonly allUp: AbortSignal
  /** Between two looks. */
  readonly leastPauseMs?: number
  /** How long a host may be gone. */
  readonly patienceMs?: number
}

/** What was seen until flyctl had ended, or had to be. */
export interface Watched {
  readonly crash: Crash | undefined
  /** The last look; undefined where there was none. */
  readonly last: AppStatus | undefined
}

/** Each look starts a program: on a machine that has much to do, or deploys many apps, there are fewer. */
const pausesPerLook = 6
const longestPauseMs = 8_000
/** Where a machine has ended there are as many as that needs: its third end is to be seen at once. */
const crashingPauseMs = 1_500
/** So often may a machine end before waiting is in vain, as in flyctl's smoke check (flyctl 2026.8, leasable_machine.go). */
const mostExits = 3

/** flyctl asks for the lease of each machine for a minute before anything is changed (fly-go 0.9, flaps_machines.go). */
const hostPatienceMs = 20_000

/**
 * Looks at the machines while flyctl rolls out, and tells of each that ends by itself; ends with the first that will
 * not come up or whose host stays away, or once flyctl has ended. When every machine has come up it looks at once, and to
 * the end: what flyctl then still does takes as long.
 */
export async function watchRollout(
  rollout: RolloutRequest,
  context: ToolContext,
  { ended, allUp, leastPauseMs = 2_000, patienceMs = hostPatienceMs }: Watching,
): Promise<Watched> {
  const exitsTold = new Map<string, number>()
  const passed = new Set<string>()
  let pauseMs = leastPauseMs
  let last: AppStatus | undefined
  let goneSinceMs: number | undefined
  while (await pause(pauseMs, { ended, allUp })) {
    const lookedAt = performance.now()
    const signal = allUp.aborted ? context.signal : ended
    const status = await context.flyctl.status(rollout.request.app, { signal }).catch(() => {})
    const fairMs = pausesPerLook * (performance.now() - lookedAt)
    pauseMs = Math.max(leastPauseMs, Math.min(fairMs, longestPauseMs))
    if (status === undefined) continue
    last = status
    const replaced = status.machines.filter((machine) => hasIt(machine, rollout))
    for (const machine of replaced) tellExits(machine, exitsTold, context)
    const othersWait = replaced.length < status.machines.length
    const machine = replaced.find(
      (each) => isHopeless(each) || (othersWait && passed.has(each.id) && each.exits.length > 0),
    )
    if (machine !== undefined) return { crash: { machine, status }, last }
    const gone = replaced.length === 0 && status.machines.find((each) => !each.hostReachable)
    goneSinceMs = gone ? (goneSinceMs ?? lookedAt) : undefined
    if (gone && lookedAt - (goneSinceMs ?? lookedAt) >= patienceMs)
      return { crash: { machine: gone, status }, last }
    if (exitsTold.size > 0) pauseMs = Math.min(leastPauseMs, crashingPauseMs)
    for (const { id, checks } of replaced)
      if (checks.length > 0 && checks.every((check) => check.status === 'passing')) passed.add(id)
  }
  return { crash: undefined, last }
}

/** Whether flyctl still rolls out, after so long or once every machine has come up. */
async function pause(
  ms: number,
  { ended, allUp }: Pick<Watching, 'ended' | 'allUp'>,
): Promise<boolean> {
  const signal = allUp.aborted ? ended : AbortSignal.any([ended, allUp])
  await sleep(ms, undefined, { signal }).catch(() => {})
  return !ended.aborted
}

function tellExits(machine: Machine, told: Map<string, number>, context: ToolContext): void {
  const { id, exits } = machine
  if (exits.length <= (told.get(id) ?? 0)) return
  told.set(id, exits.length)
  context.progress({ message: describeExits(machine, atFirstSight()), stage: 'deploy' })
}

/** It ended too often, or Fly starts it no more: its restarts are used up, or its policy has none. */
function isHopeless({ state, exits, lastExit, checksConfigured }: Machine): boolean {
  if (lastExit === undefined) return false
  const isFailure = lastExit.exitCode !== 0 || checksConfigured > 0
  const isLeft = state === 'stopped' && !lastExit.isRestarted
  return isFailure && (exits.length >= mostExits || isLeft)
}
