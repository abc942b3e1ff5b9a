import type { Context } from 'hono'
import { isGone } from '../platform/machine-records.js'
import type { Platform } from '../platform/platform.js'
import { Refusal } from '../platform/refusal.js'
import type { Machine } from '../platform/rows.js'

/** The app of the path; raises Fly's 404 where it is not there. */
export function appName(c: Context, platform: Platform): string {
  return platform.apps.get(c.req.param('app') ?? '').name
}

/** The machine of the path; raises Fly's 404 where it is not there. */
export function machineOf(c: Context, platform: Platform): Machine {
  return platform.machines.get(appName(c, platform), c.req.param('id') ?? '')
}

/** The machine of the path, if its lease lets this request change it; raises a 412 where it is no more. */
export function changeableMachine(c: Context, platform: Platform): Machine {
  const machine = leasedMachine(c, platform)
  if (isGone(machine.state))
    throw new Refusal(
      412,
      `machine ${machine.id} is in state '${machine.state}' and cannot be changed`,
    )
  return machine
}

/** The same, which may be gone already: to destroy it once more does no harm. */
export function leasedMachine(c: Context, platform: Platform): Machine {
  const machine = machineOf(c, platform)
  platform.leases.check(machine.id, leaseNonce(c))
  return machine
}

export function leaseNonce(c: Context): string | undefined {
  return c.req.header('fly-machine-lease-nonce')
}
