import { acquireLease, refreshLease, releaseLease } from '../api/leases.js'
import { httpStatusOf, messageOf } from '../program/failure.js'
import { inform, warn } from '../program/notices.js'
import type { Machine } from '../shapes/machine.js'
import { type Deployment, machineName } from './deployment.js'

/** Leases of all machines of a deploy, kept alive. */
export interface HeldLeases {
  /** The nonce of a machine's lease. */
  nonceOf(id: string): string | undefined
  /** After it is destroyed. */
  forget(id: string): void
  releaseAll(): Promise<void>
}

/** flyctl's own: taken for 13 s, refreshed every 4. */
const ttlSeconds = 13
const refreshMs = 4_000

/** Takes the lease of every machine. Raises FlyctlError where one is held by others for a minute. */
export async function holdLeases(
  deployment: Deployment,
  machines: readonly Machine[],
): Promise<HeldLeases> {
  const { api, appName, host } = deployment
  const nonces = new Map<string, string>()
  const target = (id: string) => ({ app: appName, id, ttlSeconds })
  const acquiring = machines.map(async ({ id = '' }) => {
    nonces.set(id, await acquireLease(api, target(id)))
  })
  const outcomes = await Promise.allSettled(acquiring)
  const failed = outcomes.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') {
    warn(host, `failed to acquire lease: ${messageOf(failed.reason)}`)
    await releaseHeld(deployment, machines, nonces)
    throw failed.reason
  }
  const timer = setInterval(() => {
    for (const [id, nonce] of nonces)
      refreshLease(api, target(id), nonce).catch((error: unknown) => {
        if (!host.signal.aborted && nonces.has(id) && !messageOf(error).includes('not found'))
          warn(host, `error refreshing lease for machine ${id}: ${messageOf(error)}`)
      })
  }, refreshMs)
  return {
    nonceOf: (id) => nonces.get(id),
    forget: (id) => nonces.delete(id),
    async releaseAll() {
      clearInterval(timer)
      await releaseHeld(deployment, machines, nonces)
    },
  }
}

/** Interrupted, flyctl does not get to it: the leases stay until they expire (flyctl 2026.8). */
async function releaseHeld(
  { api, appName, host }: Deployment,
  machines: readonly Machine[],
  nonces: Map<string, string>,
): Promise<void> {
  const held = [...nonces]
  nonces.clear()
  const isInterrupted = host.signal.aborted
  const words = 'detected canceled context and allowing 500ms to release machine'
  if (isInterrupted) inform(host, `${words} leases`)
  const releasing = held.map(async ([id, nonce]) => {
    const machine = machines.find((each) => each.id === id)
    if (isInterrupted) inform(host, `${words} ${machineName(machine ?? { id })} lease`)
    else await releaseLease(api, { app: appName, id }, nonce)
  })
  for (const outcome of await Promise.allSettled(releasing))
    if (outcome.status === 'rejected' && httpStatusOf(outcome.reason) !== 404)
      warn(host, `failed to release lease: ${messageOf(outcome.reason)}`)
}
