import { int, string, struct } from '../go/types.js'
import { createBackoff, sleep } from '../program/clock.js'
import { CancelledError, FlyctlError, wrapping } from '../program/failure.js'
import type { Api } from './api.js'
import { ignored } from './machines-api.js'

const leaseAnswer = struct('fly.MachineLease', {
  status: string,
  code: string,
  message: string,
  data: struct('fly.MachineLeaseData', { nonce: string, expires_at: int }),
})

/** A machine of an app. */
export interface LeaseTarget {
  readonly app: string
  readonly id: string
  readonly ttlSeconds: number
}

const retryForMs = 60_000

/**
 * Takes the lease of a machine; the result is its nonce. Every failure is tried again for a minute, as
 * flyctl does (fly-go 0.9, flaps_machines.go, AcquireLease).
 */
export async function acquireLease(api: Api, target: LeaseTarget): Promise<string> {
  const deadlineMs = Date.now() + retryForMs
  const backoff = createBackoff(250, 750)
  for (;;) {
    try {
      return await postLease(api, target)
    } catch (error) {
      if (error instanceof CancelledError || Date.now() >= deadlineMs) throw error
    }
    await sleep(backoff(), api.signal)
  }
}

export async function refreshLease(api: Api, target: LeaseTarget, nonce: string): Promise<void> {
  await postLease(api, target, nonce)
}

async function postLease(
  { machines }: Api,
  { app, id, ttlSeconds }: LeaseTarget,
  nonce?: string,
): Promise<string> {
  const asking = machines({
    method: 'POST',
    path: `/${app}/machines/${id}/lease?ttl=${ttlSeconds}`,
    answer: leaseAnswer,
    nonce,
  })
  const { status, code, message, data } = await wrapping(`failed to get lease on VM ${id}`, asking)
  if (status === 'success' && data?.nonce !== undefined) return data.nonce
  throw new FlyctlError(
    `did not acquire lease for machine ${id} status: ${status} code: ${code} message: ${message}`,
  )
}

export async function releaseLease(
  { machines }: Api,
  { app, id }: Pick<LeaseTarget, 'app' | 'id'>,
  nonce: string,
): Promise<void> {
  const path = `/${app}/machines/${id}/lease`
  await machines({ method: 'DELETE', path, answer: ignored, nonce })
}
