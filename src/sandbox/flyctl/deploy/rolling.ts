import { groupOf } from '../api/machines.js'
import { createStatusLines, type StatusLine } from '../program/status-lines.js'
import { type Deployment, machineName } from './deployment.js'
import { passHealthChecks } from './health-checks.js'
import type { HeldLeases } from './held-leases.js'
import type { Update } from './launch-input.js'
import { warnAboutListenAddress } from './listen-address.js'
import { runPool } from './pool.js'
import { passSmokeChecks } from './smoke-checks.js'
import { tellingOutcome, updateMachine } from './update.js'
import { waitForStarted } from './wait-state.js'

interface Entry {
  readonly update: Update
  readonly line: StatusLine
}

const mostGroups = 16
const mostColdMachines = 30
const defaultMaxUnavailable = 0.33

/**
 * Updates group by group: of the machines that run, one first, then some at a time; the stopped ones
 * beside them (flyctl 2026.8, updateUsingRollingStrategy).
 */
export async function updateRolling(
  deployment: Deployment,
  leases: HeldLeases,
  updates: readonly Update[],
): Promise<void> {
  const sorted = [...updates].sort((a, b) => ((a.machine.id ?? '') < (b.machine.id ?? '') ? -1 : 1))
  const byGroup = Map.groupBy(sorted, ({ machine }) => groupOf(machine))
  const batches = [...byGroup.values()].flatMap((group) => {
    const isWarm = ({ machine }: Update) => machine.state === 'started'
    return [
      { updates: group.filter((update) => !isWarm(update)), size: mostColdMachines },
      { updates: group.filter(isWarm), size: unavailable(deployment, group.filter(isWarm).length) },
    ]
  })
  const lines = createStatusLines(deployment.host.out, updates.length)
  let index = 0
  const tasks = batches.map((batch) => {
    const entries = batch.updates.flatMap((update): Entry[] => {
      const line = lines[index]
      index += 1
      return line === undefined ? [] : [{ update, line }]
    })
    return () => updateBatch(deployment, leases, entries, batch.size)
  })
  await runPool(tasks, 2 * mostGroups)
}

/** How many at a time: [deploy].max_unavailable, a share below one, a number from one on. */
function unavailable({ config }: Deployment, count: number): number {
  const max = config.deploy?.max_unavailable ?? defaultMaxUnavailable
  return max >= 1 ? Math.floor(max) : Math.ceil(count * max)
}

async function updateBatch(
  deployment: Deployment,
  leases: HeldLeases,
  [first, ...rest]: readonly Entry[],
  size: number,
): Promise<void> {
  if (first === undefined) return
  await updateOne(deployment, leases, first)
  let hasFailed = false
  const tasks = rest.map((entry) => async () => {
    if (hasFailed) {
      entry.line.status('✖', `Machine ${machineName(entry.update.machine)} update canceled`)
      return
    }
    await updateOne(deployment, leases, entry).catch((error: unknown) => {
      hasFailed = true
      throw error
    })
  })
  await runPool(tasks, size)
}

async function updateOne(
  deployment: Deployment,
  leases: HeldLeases,
  { update, line }: Entry,
): Promise<void> {
  await tellingOutcome(update.machine, line, async () => {
    const machine = await updateMachine(deployment, leases, update, line)
    // A stopped machine has its new version and stays stopped: there is nothing to wait for.
    if (update.input.skip_launch) return
    const name = machineName(machine)
    line.log(`Waiting for ${name} to have state: started`)
    await waitForStarted(deployment, machine.id ?? '')
    line.log(`Machine ${name} has state: started`)
    line.log(`Checking that ${name} is up and running`)
    await passSmokeChecks(deployment, machine)
    try {
      await passHealthChecks(deployment, machine, line)
    } finally {
      await warnAboutListenAddress(deployment, machine)
    }
  })
}
