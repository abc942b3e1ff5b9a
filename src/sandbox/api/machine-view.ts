import type { Machine, MachineEvent } from '../platform/rows.js'

/** A machine must have run so long, or pass its checks, to count as up. */
const settledMs = 2_000
/** flyctl's smoke check waits until a machine has been up for more than 10 s. */
const smokeMs = 11_000

/**
 * A machine as the Machines API shows it: without its lease's nonce (with it, flyctl would not take
 * a lease).
 *
 * Once a machine has settled, its start is told 11 s earlier than it was: flyctl's smoke check
 * passes when the newest `start` event, listed before `launch`, is more than 10 s old (flyctl
 * 2026.8, leasable_machine.go, WaitForSmokeChecksToPass), and so a deploy takes 2 s and not 12.
 */
export function machineView(
  machine: Machine,
  nowMs: number,
  hostStatus: 'ok' | 'unreachable',
): Record<string, unknown> {
  const settled = isSettled(machine, nowMs)
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: machine.privateIp,
    image_ref: machine.image,
    config: machine.config,
    created_at: machine.createdAt,
    updated_at: machine.updatedAt,
    events: machine.events.map((event) => eventView(event, settled)),
    checks: machine.checks.map(({ updatedAt, ...check }) => ({ ...check, updated_at: updatedAt })),
    cordoned: machine.cordoned,
    host_status: hostStatus,
  }
}

function isSettled({ state, events, checks }: Machine, nowMs: number): boolean {
  if (state !== 'started') return false
  const start = events.find((event) => event.type === 'start')
  const passing = checks.length > 0 && checks.every((check) => check.status === 'passing')
  return passing || (start !== undefined && nowMs - start.timestampMs > settledMs)
}

function eventView(event: MachineEvent, settled: boolean): Record<string, unknown> {
  const { id, type, status, source, timestampMs, exit, restartCount } = event
  const early = settled && type === 'start' ? smokeMs : 0
  return {
    id,
    type,
    status,
    source,
    timestamp: timestampMs - early,
    ...(exit === undefined
      ? {}
      : { request: { exit_event: exit, restart_count: restartCount ?? 0 } }),
  }
}
