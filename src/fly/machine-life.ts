import type { MachineExit, MachineLife } from './flyctl.js'
import type { MachineEvent, MachineReply } from './replies.js'

/**
 * Reads a machine's events, which come newest first: an update, and the launch that follows it, begin a new life.
 * flyctl itself takes exits of the life before for new ones (flyctl 2026.8, leasable_machine.go,
 * isConstantlyRestarting).
 */
export function lifeOf({ events }: MachineReply): MachineLife {
  const all = events ?? []
  const beginning = all.findIndex(isUpdate)
  const life = beginning === -1 ? all : all.slice(0, beginning)
  const ends = life.filter(({ type }) => type === 'exit')
  const newest = life.find(({ type }) => type === 'exit' || type === 'start')
  return {
    exits: ends.flatMap((event) => unaskedExit(event) ?? []),
    lastExit: ends[0] && unaskedExit(ends[0]),
    updatesMs: all.filter(isUpdate).flatMap(({ timestamp }) => timestamp ?? []),
    upSinceMs: newest?.type === 'start' ? (newest.timestamp ?? undefined) : undefined,
  }
}

function isUpdate({ type }: MachineEvent): boolean {
  return type === 'update' || type === 'launch'
}

/**
 * Undefined where somebody, or Fly's proxy, asked for it. The monitor's word goes first (fly-go, GetExitCode), and an
 * exit code of 0 is left out (fly-go, MachineExitEvent).
 */
function unaskedExit({ request, timestamp }: MachineEvent): MachineExit | undefined {
  const exit = request?.MonitorEvent?.exit_event ?? request?.exit_event
  if (!exit || exit.requested_stop) return undefined
  return {
    exitCode: exit.exit_code ?? 0,
    oomKilled: exit.oom_killed ?? false,
    isRestarted: request?.exit_event?.restarting ?? exit.restarting ?? false,
    atMs: timestamp ?? undefined,
  }
}
