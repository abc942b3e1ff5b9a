import { createStatusLines } from '../program/status-lines.js'
import type { Deployment } from './deployment.js'
import type { HeldLeases } from './held-leases.js'
import type { Update } from './launch-input.js'
import { runPool } from './pool.js'
import { tellingOutcome, updateMachine } from './update.js'

const mostAtATime = 8

/** Updates all machines at once and waits for nothing. */
export async function updateImmediately(
  deployment: Deployment,
  leases: HeldLeases,
  updates: readonly Update[],
): Promise<void> {
  const lines = createStatusLines(deployment.host.out, updates.length)
  const tasks = updates.flatMap((update, index) => {
    const line = lines[index]
    if (line === undefined) return []
    const work = async () => {
      await updateMachine(deployment, leases, update, line)
    }
    return [() => tellingOutcome(update.machine, line, work)]
  })
  await runPool(tasks, mostAtATime)
}
