import type { Deployment } from './deployment.js'
import { announce, compareGroups, destroyMachines } from './groups.js'
import { holdLeases } from './held-leases.js'
import { updateImmediately } from './immediate.js'
import { launchGroups } from './launch.js'
import { restartOf, type Update, updateOf } from './launch-input.js'
import { updateRolling } from './rolling.js'

/** Brings the app's machines to the release: old groups go, new ones come, the rest is updated. */
export async function deployMachines(deployment: Deployment): Promise<void> {
  const changes = compareGroups(deployment)
  announce(deployment, changes)
  await destroyMachines(deployment, changes.removed)
  await launchGroups(deployment, changes.added)
  await updateMachines(
    deployment,
    changes.kept.map((machine) => updateOf(deployment, machine)),
  )
}

/** Starts the app's machines again, so that they see new secrets. */
export async function restartMachines(deployment: Deployment): Promise<void> {
  const { machines } = deployment
  await updateMachines(
    deployment,
    machines.map((machine) => restartOf(deployment, machine)),
  )
}

async function updateMachines(deployment: Deployment, updates: readonly Update[]): Promise<void> {
  if (updates.length === 0) return
  const { host, appName, strategy } = deployment
  const leases = await holdLeases(
    deployment,
    updates.map(({ machine }) => machine),
  )
  try {
    host.out(`Updating existing machines in '${appName}' with ${strategy} strategy\n`)
    if (strategy === 'immediate') await updateImmediately(deployment, leases, updates)
    else await updateRolling(deployment, leases, updates)
  } finally {
    await leases.releaseAll()
  }
}
