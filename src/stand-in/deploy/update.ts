import { groupOf, type Machine, machineName } from '../api/machines.js'
import { messageOf, wrapping } from '../failure.js'
import { type Deployment, machinePath } from './deployment.js'
import { holdingLeases, type Leases } from './held-leases.js'
import { warnAboutListenAddress } from './listen-address.js'
import type { Update } from './plan.js'
import { createStatusLine, type StatusLine } from './status-line.js'
import { passHealthChecks, passSmokeChecks, waitUntilStarted } from './waits.js'

const mostAtATime = 30
const defaultMaxUnavailable = 0.33

type Work = (update: Update) => Promise<void>

/** Gives machines their new configuration, as the strategy has it, under their leases. */
export async function updateMachines(deployment: Deployment, updates: readonly Update[]) {
  if (updates.length === 0) return
  const { host, app, strategy } = deployment
  const sorted = [...updates].sort((a, b) => (a.machine.id < b.machine.id ? -1 : 1))
  const machines = sorted.map(({ machine }) => machine)
  await holdingLeases(deployment, machines, async (leases) => {
    host.out(`Updating existing machines in '${app}' with ${strategy} strategy\n`)
    const work = (update: Update) => {
      const line = createStatusLine(host.out, sorted.indexOf(update), sorted.length)
      return updateOne(deployment, leases, update, line)
    }
    if (strategy === 'rolling') await rollOut(deployment, sorted, work)
    else await atMost(mostAtATime, sorted, work)
  })
}

/**
 * Group by group: of the machines that run, one first, then some at a time; the stopped ones beside them
 * (flyctl 2026.8, updateUsingRollingStrategy).
 */
async function rollOut({ config }: Deployment, updates: readonly Update[], work: Work) {
  const max = config.deploy?.max_unavailable ?? defaultMaxUnavailable
  const isWarm = ({ machine }: Update) => machine.state === 'started'
  const batchOf = (update: Update) => `${groupOf(update.machine)} ${isWarm(update)}`
  const batches = [...Map.groupBy(updates, batchOf).values()]
  await atMost(batches.length, batches, (batch) => {
    const share = max >= 1 ? Math.floor(max) : Math.ceil(batch.length * max)
    return runBatch(batch.every(isWarm) ? share : mostAtATime, batch, work)
  })
}

/** One first; after a failure no other is begun. */
async function runBatch(size: number, [first, ...rest]: readonly Update[], work: Work) {
  if (first !== undefined) await work(first)
  let hasFailed = false
  await atMost(size, rest, async (update) => {
    if (hasFailed) return
    await work(update).catch((error: unknown) => {
      hasFailed = true
      throw error
    })
  })
}

/** Does the work for all, at most `size` at a time, to their end. Raises the first failure after all have ended. */
async function atMost<Item>(
  size: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const failures: unknown[] = []
  async function serve(): Promise<void> {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await work(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, serve))
  if (failures.length > 0) throw failures[0]
}

/** One update, under a status line that ends with how it went. */
async function updateOne(
  deployment: Deployment,
  leases: Leases,
  { machine, input }: Update,
  line: StatusLine,
): Promise<void> {
  const name = machineName(machine)
  const path = machinePath(deployment, machine.id)
  const nonce = leases.get(machine.id)
  line(`Updating ${name}`)
  try {
    const posting = deployment.api.machines<Machine>({ method: 'POST', path, body: input, nonce })
    const updated = await wrapping(`failed to update VM ${machine.id}`, posting)
    // A stopped machine has its new version and stays stopped: there is nothing to wait for.
    if (!input.skip_launch && deployment.strategy === 'rolling')
      await settle(deployment, updated, line)
  } catch (error) {
    line(`Machine ${name} update failed: ${messageOf(error)}`, '✖')
    throw error
  }
  line(`Machine ${name} update succeeded`, '✔')
}

async function settle(deployment: Deployment, machine: Machine, line: StatusLine): Promise<void> {
  const name = machineName(machine)
  line(`Waiting for ${name} to have state: started`)
  await waitUntilStarted(deployment, machine)
  line(`Machine ${name} has state: started`)
  line(`Checking that ${name} is up and running`)
  await passSmokeChecks(deployment, machine)
  try {
    await passHealthChecks(deployment, machine, line)
  } finally {
    await warnAboutListenAddress(deployment, machine)
  }
}
