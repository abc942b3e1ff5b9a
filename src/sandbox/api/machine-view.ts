import { smokeSecondsAtFly } from '../options.js'
import type { CheckStatus, Machine, MachineEvent } from '../platform/rows.js'

/** flyctl's smoke check waits until a machine has been up for more than 10 s (flyctl 2026.8, leasable_machine.go). */
const smokeMs = 11_000

export interface View {
  readonly nowMs: number
  /** How long a machine must be up for flyctl to believe in its start. */
  readonly smokeMs: number
  readonly hostStatus: 'ok' | 'unreachable'
}

/**
 * A machine as the Machines API shows it: without its lease's nonce (with it, flyctl would not take
 * a lease). Where flyctl is to wait for less than 10 s, the start of a machine that has been up for so long, or passes its
 * checks, is told earlier than it was, and so is since when they pass.
 */
export function machineView(machine: Machine, view: View): Record<string, unknown> {
  const startIndex = machine.events.findIndex(({ type }) => type === 'start')
  const start = machine.events[startIndex]
  const isUp = machine.state === 'started' && start !== undefined
  const passes = machine.checks.length > 0 && machine.checks.every(isPassing)
  const hasSettled = isUp && (passes || view.nowMs - start.timestampMs >= view.smokeMs)
  // At Fly's own pace everything is told as it was.
  const isQuick = view.smokeMs < smokeSecondsAtFly * 1000
  const earlierMs = isQuick && hasSettled ? smokeMs - view.smokeMs : 0
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
    events: machine.events.map((event, index) =>
      // Newest first. What was before the start stays before it.
      eventView(event, index >= startIndex ? earlierMs : 0),
    ),
    checks: machine.checks.map((check) => checkView(check, earlierMs)),
    cordoned: machine.cordoned,
    host_status: view.hostStatus,
  }
}

function isPassing({ status }: CheckStatus): boolean {
  return status === 'passing'
}

function checkView({ updatedAt, ...check }: CheckStatus, earlierMs: number) {
  return { ...check, updated_at: new Date(Date.parse(updatedAt) - earlierMs).toISOString() }
}

function eventView(event: MachineEvent, earlierMs: number): Record<string, unknown> {
  const { id, type, status, source, timestampMs, exit, restartCount } = event
  return {
    id,
    type,
    status,
    source,
    timestamp: timestampMs - earlierMs,
    ...(exit === undefined
      ? {}
      : { request: { exit_event: exit, restart_count: restartCount ?? 0 } }),
  }
}
