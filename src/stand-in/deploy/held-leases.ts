import type { Machine } from '../api/machines.js'
import { retrying } from '../clock.js'
import { messageOf, wrapping } from '../failure.js'
import { warn } from '../print.js'
import { type Deployment, machinePath } from './deployment.js'

/** Nonces of the leases that a deploy holds, by machine. */
export type Leases = ReadonlyMap<string, string>

/** flyctl's own: taken for 13 s, refreshed every 4. */
const ttlSeconds = 13
const refreshMs = 4_000
const retryForMs = 60_000

/** Does work while it holds the lease of every machine. Raises FlyctlError where others hold one for a minute. */
export async function holdingLeases(
  deployment: Deployment,
  machines: readonly Machine[],
  work: (leases: Leases) => Promise<void>,
): Promise<void> {
  const nonces = new Map<string, string>()
  const timer = setInterval(() => refresh(deployment, nonces), refreshMs)
  try {
    const acquiring = machines.map(async ({ id }) => nonces.set(id, await acquire(deployment, id)))
    await Promise.allSettled(acquiring)
    await Promise.all(acquiring)
    await work(nonces)
  } finally {
    clearInterval(timer)
    await Promise.all([...nonces].map(([id, nonce]) => giveLeaseBack(deployment, id, nonce)))
  }
}

/** Every failure is tried again for a minute (fly-go 0.9, flaps_machines.go, AcquireLease). */
function acquire(deployment: Deployment, id: string): Promise<string> {
  const { signal } = deployment.host
  const deadlineMs = Date.now() + retryForMs
  const isFinal = () => signal.aborted || Date.now() >= deadlineMs
  return retrying(() => postLease(deployment, id), { fromMs: 250, toMs: 750, signal, isFinal })
}

/** Takes a lease, or with its nonce refreshes it. */
async function postLease(deployment: Deployment, id: string, nonce?: string): Promise<string> {
  const path = `${machinePath(deployment, id)}/lease?ttl=${ttlSeconds}`
  const call = { method: 'POST', path, nonce } as const
  const asking = deployment.api.machines<{ data: { nonce: string } }>(call)
  return (await wrapping(`failed to get lease on VM ${id}`, asking)).data.nonce
}

function refresh(deployment: Deployment, nonces: Leases): void {
  const { host } = deployment
  for (const [id, nonce] of nonces)
    postLease(deployment, id, nonce).catch((error: unknown) => {
      if (!host.signal.aborted)
        warn(host, `error refreshing lease for machine ${id}: ${messageOf(error)}`)
    })
}

/** Interrupted, this fails as every request does, and the lease stays until it expires (flyctl 2026.8). */
export async function giveLeaseBack(deployment: Deployment, id: string, nonce: string) {
  const { api, host } = deployment
  const path = `${machinePath(deployment, id)}/lease`
  await api
    .machines({ method: 'DELETE', path, nonce })
    .catch((error: unknown) => warn(host, `failed to release lease: ${messageOf(error)}`))
}
