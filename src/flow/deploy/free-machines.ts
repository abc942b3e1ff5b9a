import type { AppStatus } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { hasIt, type RolloutRequest } from './rollout-request.js'

const limitMs = 10_000

/**
 * Takes away the leases that an interrupted flyctl leaves, up to the wait timeout on new machines, and that would keep
 * the next deploy waiting. They are its own: it takes those of all machines before it updates the first one, and new
 * machines come with theirs (flyctl 2026.8). Tells whether none is left.
 */
export async function freeMachines(
  rollout: RolloutRequest,
  { name, machines }: AppStatus,
  { flyctl }: Pick<ToolContext, 'flyctl'>,
): Promise<boolean> {
  const replaced = machines.filter((machine) => hasIt(machine, rollout))
  const { before } = rollout.image
  const hasUpdated = replaced.some(({ id }) => before.machines.some((machine) => machine.id === id))
  const held = (hasUpdated ? machines : replaced).map(({ id }) => id)
  if (held.length === 0) return before.machines.length === 0
  return flyctl.clearLeases(name, held, { signal: AbortSignal.timeout(limitMs) }).then(
    () => true,
    () => false,
  )
}
